//! The week as files, and the two commands run over it day after day.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use autotune_tasks::history::History;
use serde_json::Value;

use crate::DAYS;

/// The files of the week.
pub(crate) struct Commands {
    pub(crate) folder: PathBuf,
    /// The days, as their folders are called.
    pub(crate) days: Vec<String>,
    /// The zone in which the commands run.
    pub(crate) zone: String,
}

/// The week run through both commands.
pub(crate) struct Week {
    pub(crate) time: Duration,
    pub(crate) profile: Value,
}

impl Commands {
    /// Writes what each command is given.
    pub(crate) fn write(history: &History) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("oref0-week");
        let mut days = Vec::new();
        for date in history.last_days(DAYS).expect("enough days") {
            let day = history.day(date);
            write(&folder.join(date.to_string()).join("entries.json"), &day.entries);
            write(&folder.join(date.to_string()).join("treatments.json"), &day.treatments);
            days.push(date.to_string());
        }
        write(&folder.join("profile.json"), history.profile());
        write(&folder.join("pumpprofile.json"), history.pump());
        let zone = history.zone().name().expect("the week is in a named zone").to_owned();
        Commands { folder, days, zone }
    }

    /// Prepares and tunes each day with the commands that `command` makes.
    pub(crate) fn run(&self, command: impl Fn(&str) -> Command) -> Week {
        let start = Instant::now();
        let mut profile = self.folder.join("profile.json");
        let pump = self.folder.join("pumpprofile.json");
        for day in &self.days {
            let day = self.folder.join(day);
            let inputs = [day.join("treatments.json"), profile, day.join("entries.json"), pump.clone()];
            let prepared = self.output(command("oref0-autotune-prep"), &inputs, &day.join("prepared.json"));
            profile = self.output(
                command("oref0-autotune-core"),
                &[prepared, inputs[1].clone(), pump.clone()],
                &day.join("tuned.json"),
            );
        }
        let time = start.elapsed();
        let profile = serde_json::from_slice(&fs::read(profile).expect("the last profile")).expect("JSON");
        Week { time, profile }
    }

    /// Runs a command and keeps what it prints.
    fn output(&self, mut command: Command, inputs: &[PathBuf], to: &Path) -> PathBuf {
        let output = command.env("TZ", &self.zone).args(inputs).output().expect("the command starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        fs::write(to, output.stdout).expect("the output is kept");
        to.to_owned()
    }
}

/// Our command of this name.
pub(crate) fn ours(name: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_autotune"));
    command.arg(name);
    command
}

fn write<T: serde::Serialize + ?Sized>(path: &Path, value: &T) {
    fs::create_dir_all(path.parent().expect("below a folder")).expect("a folder for the day");
    fs::write(path, serde_json::to_vec(value).expect("JSON")).expect("a file of the day");
}
