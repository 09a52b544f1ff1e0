//! oref0 itself, on node.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::commands::Commands;

/// The release that we are equal to.
const RELEASE: &str = "oref0@0.7.1";

/// oref0, installed.
pub(crate) struct Reference {
    folder: PathBuf,
}

/// The week inside one node process.
pub(crate) struct InProcess {
    pub(crate) time: Duration,
    pub(crate) sensitivity: f64,
}

impl Reference {
    /// Installs oref0 once; `None` where node or npm cannot be had.
    pub(crate) fn install() -> Option<Self> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("oref0-reference");
        if !folder.join("node_modules/oref0").exists() {
            std::fs::create_dir_all(&folder).ok()?;
            let installed = Command::new("npm")
                .args(["install", "--prefix"])
                .arg(&folder)
                .args([RELEASE, "--ignore-scripts", "--no-audit", "--no-fund"])
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status();
            installed.ok().filter(std::process::ExitStatus::success)?;
        }
        Some(Reference { folder })
    }

    /// The reference's command of this name.
    pub(crate) fn command(&self, name: &str) -> Command {
        let mut command = Command::new("node");
        command.arg(self.folder.join("node_modules/oref0/bin").join(format!("{name}.js")));
        command
    }

    /// The week inside one process, without its start and without reading files.
    pub(crate) fn in_process(&self, commands: &Commands) -> InProcess {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/oref0/week.js");
        let output = Command::new("node")
            .env("TZ", &commands.zone)
            .arg(script)
            .arg(self.folder.join("node_modules"))
            .arg(&commands.folder)
            .args(&commands.days)
            .output()
            .expect("node starts");
        let text = String::from_utf8_lossy(&output.stdout);
        let last = text.lines().last().unwrap_or_default();
        let mut numbers = last.split(' ').map(|number| number.parse::<f64>().expect("a number"));
        InProcess {
            time: Duration::from_secs_f64(numbers.next().expect("a time") / 1e3),
            sensitivity: numbers.next().expect("a sensitivity"),
        }
    }
}
