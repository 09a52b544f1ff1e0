//! What a program ran is still there for the next one: each test runs this very
//! program again, as a process of its own.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode, Output};
use std::sync::LazyLock;
use std::time::Duration;

use autotune::cli::Process;
use autotune::embedded::{Durability, StoreOptions};
use rusqlite::Connection;
use serde_json::Value;
use tempfile::TempDir;

use super::program::{self, Ran, run_in};

/// The variable with the arguments of the program.
const ARGUMENTS: &str = "SUITE_PROGRAM_ARGUMENTS";
const BEGIN: &str = "<<<begin>>>\n";
const END: &str = "<<<end>>>\n";

/// Not a test, but the program that the tests of this file run.
#[test]
#[ignore = "other tests run it"]
#[expect(clippy::print_stdout, reason = "a program prints")]
fn program_of_its_own() -> ExitCode {
    let Ok(arguments) = std::env::var(ARGUMENTS) else { return ExitCode::SUCCESS };
    let arguments: Vec<&str> = arguments.split('\n').collect();
    print!("{BEGIN}");
    let exit = program::start(&Process::current(), &arguments);
    print!("{END}");
    println!("{exit:?}");
    ExitCode::SUCCESS
}

/// Not a test, but a program that insists on its history, and cannot write it.
#[test]
#[ignore = "another test runs it"]
fn durable_program() {
    let Ok(_) = std::env::var(ARGUMENTS) else { return };
    let mut options = StoreOptions::default();
    options.durability = Durability::Required;
    options.patience = Duration::ZERO;
    let store = autotune::init_with(options).expect("a new database");
    let other = Connection::open(store.path()).expect("the database");
    other.execute_batch("BEGIN EXCLUSIVE").expect("nobody else writes");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    runtime.block_on(program::nothing());
}

#[test]
fn a_program_that_insists_on_its_history_ends_without_it() {
    let home = tempfile::tempdir().expect("a folder");
    let ended = program_called("durable_program", home.path(), &[]).output().expect("it starts");
    let stderr = String::from_utf8(ended.stderr).expect("text");
    assert!(!ended.status.success(), "{stderr}");
    assert!(stderr.contains("locked by another process"), "{stderr}");
    assert!(stderr.contains("the history of this flow could not be stored"), "{stderr}");
}

/// Runs the program in a process of its own, with its data in `home`.
pub(super) fn run(home: &Path, arguments: &[&str]) -> Ran {
    ran(command(home, arguments).output().expect("it starts"))
}

fn ran(ended: Output) -> Ran {
    let stdout = String::from_utf8(ended.stdout).expect("text");
    let (_, rest) = stdout.split_once(BEGIN).expect("it begins");
    let (stdout, exit) = rest.split_once(END).expect("it ends");
    let exit = exit.lines().next().unwrap_or_default().to_owned();
    let stderr = String::from_utf8(ended.stderr).expect("text");
    Ran { exit, stdout: stdout.to_owned(), stderr }
}

fn command(home: &Path, arguments: &[&str]) -> Command {
    program_called("program_of_its_own", home, arguments)
}

fn program_called(name: &str, home: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("a program"));
    command
        .args(["--exact", &format!("cli::history::{name}"), "--ignored", "--nocapture", "--test-threads=1"])
        .env(ARGUMENTS, arguments.join("\n"))
        .env("AUTOTUNE_HOME", home)
        .env("AUTOTUNE_API_SECRET", "hunter2-is-the-secret")
        .env_remove("AUTOTUNE_LOG");
    command
}

/// Asks for the history in `home`.
pub(super) fn ask(home: &Path, arguments: &[&str]) -> Ran {
    let home = home.to_str().expect("a path is text");
    run_in(&Process::in_memory().variable("AUTOTUNE_HOME", home), arguments)
}

pub(super) fn json(home: &Path, arguments: &[&str]) -> Value {
    let ran = ask(home, &[arguments, &["--json"]].concat());
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}", ran.shown()))
}

fn analyse(name: &'static str) -> [&'static str; 6] {
    ["run", "analyse", "--nightscout-url", "http://x", "--run-name", name]
}

/// A history with a run that completed, and one that failed.
pub(super) static RECORDED: LazyLock<TempDir> = LazyLock::new(|| {
    let home = tempfile::tempdir().expect("a folder");
    let ran = run(home.path(), &analyse("good"));
    assert_eq!((ran.stdout.as_str(), code(&ran)), ("7 days analysed\n", "0".to_owned()), "{}", ran.stderr);
    let ran = run(
        home.path(),
        &[&analyse("bad")[..], &["--tune", "--profile-name", "x", "--tag", "manual"]].concat(),
    );
    assert_eq!(code(&ran), "1", "{}", ran.stderr);
    home
});

pub(super) fn code(ran: &Ran) -> String {
    ran.exit.chars().filter(char::is_ascii_digit).collect()
}

#[test]
fn runs_of_other_processes_are_listed_and_filtered() {
    let home = RECORDED.path();
    let names = |arguments: &[&str]| {
        let runs = json(home, &[&["runs", "ls"], arguments].concat());
        let name = |run: &Value| run["name"].as_str().expect("a name").to_owned();
        runs.as_array().expect("a list").iter().map(name).collect::<Vec<_>>()
    };
    assert_eq!(names(&[]), ["bad", "good"]);
    assert_eq!(names(&["--state", "FAILED"]), ["bad"]);
    assert_eq!(names(&["--state", "cached", "--task", "prep"]), ["prep 2024-03-07"; 2]);
    assert_eq!(names(&["--flow", "analyse", "-n", "1"]), ["bad"]);
    assert_eq!(names(&["--task", "load"]), ["load-1", "load-1"]);
    assert_eq!(names(&["--since", "1h", "--until", "30m"]), [""; 0]);
    assert_eq!(names(&["--all"]).len(), 8);
    assert_eq!(names(&["--name", "good"]), ["good"]);
    assert_eq!(names(&["--name", "*oo*", "--all"]), ["good"]);
    assert_eq!(names(&["--name", "load-*", "--all"]), ["load-1", "load-1"]);
    assert_eq!(names(&["--name", "oo"]), [""; 0]);
    assert_eq!(names(&["--name", "?ood"]), [""; 0], "only * stands for anything");
    let bad = json(home, &["runs", "ls", "--state", "failed"]);
    let id = bad[0]["id"].as_str().expect("an id");
    assert_eq!(names(&["--in", id]).len(), 4);

    let table = ask(home, &["runs", "ls"]).stdout;
    let lines: Vec<_> = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>()).collect();
    assert_eq!(lines[0], ["ID", "NAME", "OF", "STATE", "STARTED", "TOOK", "MESSAGE"]);
    assert_eq!(
        (&lines[1][1..4], lines[1].ends_with(&["no", "profile", "x"])),
        (&["bad", "analyse", "Failed"][..], true)
    );
    assert_eq!(lines[1][0], &id[id.len() - 8..]);
}

#[test]
fn a_run_is_shown_as_a_tree() {
    let home = RECORDED.path();
    let runs = json(home, &["runs", "ls", "--state", "failed"]);
    let id = runs[0]["id"].as_str().expect("an id");
    let short = &id[id.len() - 8..];
    let page = ask(home, &["runs", "show", short]).stdout;
    for part in [
        "bad analyse 1.0.0",
        "message     no profile x",
        "tags        manual",
        "api_secret = \"********\"",
        "days = 7",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let calls: Vec<_> = page.lines().filter(|line| line.contains('\u{2500}')).collect();
    assert_eq!(calls.len(), 3, "{page}");
    assert!(calls[0].contains("├─\u{a0}load-1") && calls[0].contains("Completed, 2 attempts"), "{page}");
    assert!(calls[2].contains("└─\u{a0}prep 2024-03-07") && calls[2].contains("Cached"), "{page}");
    assert!(calls[2].contains(&format!("{short}.3")), "{page}");

    let call = json(home, &["runs", "show", &format!("{short}.1")]);
    assert_eq!(
        (&call["name"], &call["run_count"], &call["parent_id"]),
        (&"load-1".into(), &2.into(), &id.into())
    );
    let whole = json(home, &["runs", "show", id]);
    assert_eq!(whole["calls"].as_array().map(Vec::len), Some(3));
    assert_eq!(whole["parameters"]["api_secret"], "********");
}

#[test]
fn what_a_run_logged_is_shown() {
    let home = RECORDED.path();
    let runs = json(home, &["runs", "ls", "--state", "completed", "--flow", "analyse"]);
    let id = runs[0]["id"].as_str().expect("an id");
    let log = ask(home, &["runs", "logs", id]).stdout;
    assert!(log.contains("INFO  load-1 | loaded run_count=2"), "{log}");
    assert!(log.contains("WARN  load-1 | Attempt failed: the site answered 503"), "{log}");
    assert!(log.trim_end().ends_with("good | Finished in state Completed state=Completed"), "{log}");
    let warnings = json(home, &["runs", "logs", id, "--level", "warn"]);
    assert_eq!(warnings.as_array().map(Vec::len), Some(1));
    assert_eq!(warnings[0]["run_name"], "load-1");
}

#[test]
fn an_id_that_there_is_not_is_answered() {
    for arguments in
        [["runs", "show", "0000000"], ["runs", "logs", "zzz"], ["artifacts", "ls", "--run=0000000"]]
    {
        let ran = ask(RECORDED.path(), &arguments);
        assert!(code(&ran) == "2" && ran.stderr.contains("no run has the id"), "{}", ran.shown());
    }
    let ran = ask(RECORDED.path(), &["runs", "ls", "--state", "faild"]);
    assert!(code(&ran) == "2" && ran.stderr.contains("the states are Scheduled"), "{}", ran.shown());
}

#[test]
fn where_nothing_was_recorded_there_is_nothing() {
    let home = tempfile::tempdir().expect("a folder");
    let home = home.path();
    for (arguments, said) in [
        (&["runs", "ls"][..], "No runs.\n"),
        (&["runs", "ls", "--json"], "[]\n"),
        (&["artifacts", "ls"], "No artifacts.\n"),
        (&["runs", "prune", "--older-than", "1d"], "0 runs were removed.\n"),
        (&["db", "vacuum"], "Nothing is recorded yet.\n"),
    ] {
        assert_eq!(ask(home, arguments).shown(), format!("exit 0\n{said}"));
    }
    assert_eq!(ask(home, &["db", "path"]).stdout, format!("{}\n", home.join("autotune.db").display()));
    assert_eq!(fs::read_dir(home).expect("a folder").count(), 0, "asking makes no file");
}

#[test]
fn no_secret_is_in_the_files() {
    let mut seen = Vec::new();
    for file in fs::read_dir(RECORDED.path()).expect("a folder") {
        seen.extend(fs::read(file.expect("a file").path()).expect("it can be read"));
    }
    let contains = |text: &str| seen.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(contains("the site answered 503") && contains("********"), "the test sees what is stored");
    assert!(!contains("hunter2"));
}

#[test]
fn two_processes_record_at_once() {
    let home = tempfile::tempdir().expect("a folder");
    let started: Vec<_> = (0..3)
        .map(|number| {
            let name = format!("run {number}");
            let mut command = command(home.path(), &["run", "nothing", "--run-name", &name]);
            let null = std::process::Stdio::null;
            command.stdout(null()).stderr(null()).spawn().expect("it starts")
        })
        .collect();
    for mut process in started {
        assert!(process.wait().expect("it ends").success());
    }
    let runs = json(home.path(), &["runs", "ls"]);
    let mut names: Vec<_> = runs.as_array().into_iter().flatten().map(|run| run["name"].clone()).collect();
    names.sort_by_key(ToString::to_string);
    assert_eq!(names, ["run 0", "run 1", "run 2"]);
}

#[test]
fn a_database_that_is_broken_takes_no_flow_down() {
    type Break = fn(&Path);
    let make: [(&str, Break); 3] = [
        ("damaged, or no database", |file| fs::write(file, "not a database ".repeat(100)).expect("a file")),
        ("cannot be opened", |file| fs::create_dir(file).expect("a folder")),
        ("schema version 999", |file| {
            let connection = Connection::open(file).expect("a database");
            connection.pragma_update(None, "user_version", 999).expect("set");
        }),
    ];
    for (why, make) in make {
        let home = tempfile::tempdir().expect("a folder");
        make(&home.path().join("autotune.db"));
        let ran = run(home.path(), &analyse("anyhow"));
        assert_eq!(
            (ran.stdout.as_str(), code(&ran)),
            ("7 days analysed\n", "0".to_owned()),
            "{}",
            ran.stderr
        );
        let warnings = ran.stderr.matches("warning: this run is not recorded").count();
        assert!(warnings == 1 && ran.stderr.contains(why), "{}", ran.stderr);
        let asked = ask(home.path(), &["runs", "ls"]);
        assert!(code(&asked) == "1" && asked.stderr.contains(why), "{}", asked.shown());
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_must_not_be_written_takes_no_flow_down() {
    use std::os::unix::fs::{PermissionsExt, chown};
    use std::os::unix::process::CommandExt;
    const NOBODY: u32 = 65_534;
    let home = tempfile::tempdir().expect("a folder");
    let file = home.path().join("autotune.db");
    assert_eq!(code(&run(home.path(), &["run", "nothing"])), "0");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o400)).expect("set");
    let mut command = command(home.path(), &analyse("anyhow"));
    if fs::OpenOptions::new().append(true).open(&file).is_ok() {
        // This is root, who may write everything.
        for path in [home.path(), &file] {
            chown(path, Some(NOBODY), None).expect("root may");
        }
        command.uid(NOBODY);
    }
    // Nobody may be kept from running the program at all.
    let Ok(ended) = command.output() else { return };
    let ran = ran(ended);
    assert_eq!((ran.stdout.as_str(), code(&ran)), ("7 days analysed\n", "0".to_owned()), "{}", ran.stderr);
    assert!(ran.stderr.contains("is read-only; allow its owner to write"), "{}", ran.stderr);
}

#[test]
fn old_runs_are_removed() {
    let home = tempfile::tempdir().expect("a folder");
    assert_eq!(code(&run(home.path(), &["run", "nothing"])), "0");
    let ran = ask(home.path(), &["runs", "prune", "--older-than", "1d"]);
    assert_eq!(ran.stdout, "0 runs were removed.\n");
    let ran = ask(home.path(), &["runs", "prune", "--older-than", "0s"]);
    assert_eq!(ran.stdout, "1 run was removed.\n");
    assert_eq!(ask(home.path(), &["runs", "ls"]).stdout, "No runs.\n");
    let ran = ask(home.path(), &["runs", "prune"]);
    assert!(code(&ran) == "2" && ran.stderr.contains("--older-than"), "{}", ran.shown());
}
