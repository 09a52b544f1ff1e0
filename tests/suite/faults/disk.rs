//! A disk that is full, or read-only: each test mounts a small one.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use autotune::embedded::RunFilter;
use tempfile::TempDir;

use super::{Ended, REQUIRED, fill, is_sound, run, runs_of, start_with, store};

const FULL: &str = "there is no space left for the database";

/// A disk in memory.
struct SmallDisk(TempDir);

impl SmallDisk {
    /// One of so many kilobytes.
    ///
    /// `None`, and a line that says so, where this process must not mount one. On a build server (`CI` is set) that
    /// fails the test instead.
    fn mount(kilobytes: u32) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let size = format!("size={kilobytes}k");
        match mount(&["-t", "tmpfs", "-o", &size, "tmpfs"], folder.path()) {
            Ok(()) => Some(SmallDisk(folder)),
            Err(reason) if std::env::var_os("CI").is_some() => {
                panic!("no small disk can be mounted: {reason}")
            }
            Err(reason) => {
                // Past what a test prints, which is shown only where one fails.
                let _ = writeln!(std::io::stderr(), "SKIPPED: no small disk can be mounted: {reason}");
                None
            }
        }
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn fill(&self) {
        fill(&self.path().join("filler"));
    }

    fn make_room(&self) {
        fs::remove_file(self.path().join("filler")).expect("it was filled");
    }

    fn remount(&self, how: &str) {
        mount(&["-o", &format!("remount,{how}")], self.path()).expect("it was mounted");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg(self.path()).status();
        assert!(std::thread::panicking() || unmounted.is_ok_and(|status| status.success()), "it is in use");
    }
}

fn mount(options: &[&str], at: &Path) -> Result<(), String> {
    let ended = Command::new("mount").args(options).arg(at).output().map_err(|error| error.to_string())?;
    if ended.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&ended.stderr).into_owned()) }
}

/// What needs to write.
const WRITING: [&[&str]; 5] = [
    &["deployments", "apply"],
    &["queues", "create", "urgent"],
    &["variables", "set", "name", "1"],
    &["db", "vacuum"],
    &["serve"],
];

#[test]
fn on_a_full_disk_no_database_is_made_and_a_flow_runs_all_the_same() {
    let Some(disk) = SmallDisk::mount(200) else { return };
    disk.fill();
    let flow = run(disk.path(), &["run", "rest"]);
    flow.is_done();
    assert_eq!(flow.times("warning: this run is not recorded: "), 1, "{}", flow.said);
    assert_eq!(flow.times(FULL), 1, "{}", flow.said);
    for command in WRITING.into_iter().chain([&["runs", "ls"][..]]) {
        run(disk.path(), command).is_refused(FULL);
    }
    disk.make_room();
    disk.remount("size=2000k");
    run(disk.path(), &["run", "rest", "-q"]).is_done();
    assert_eq!(runs_of(disk.path(), "rest").len(), 1);
    is_sound(&disk.path().join("autotune.db"));
}

#[test]
fn a_database_on_a_full_disk_is_refused_in_one_sentence_and_read_where_another_process_has_it_open() {
    let Some(disk) = SmallDisk::mount(2000) else { return };
    run(disk.path(), &["run", "rest", "-q"]).is_done();
    disk.fill();
    for command in WRITING {
        run(disk.path(), command).is_refused(FULL);
    }
    // To read takes a little room as well, for what the processes share.
    let listed = run(disk.path(), &["runs", "ls"]);
    if listed.code == Some(0) {
        assert!(listed.said.contains("rest"), "{}", listed.said);
    } else {
        listed.is_refused(FULL);
    }
    let flow = run(disk.path(), &["run", "rest"]);
    flow.is_done();
    assert_eq!(flow.times(FULL), 1, "{}", flow.said);
    disk.make_room();

    let other = store(disk.path());
    disk.fill();
    run(disk.path(), &["runs", "ls"]).is_done();
    for command in WRITING {
        run(disk.path(), command).is_refused(FULL);
    }
    let flow = run(disk.path(), &["run", "rest"]);
    flow.is_done();
    assert_eq!(flow.times("history is not recorded: "), 1, "{}", flow.said);
    assert_eq!(flow.times(FULL), 1, "{}", flow.said);
    assert!(flow.said.contains("events of this run are missing in its history"), "{}", flow.said);
    disk.make_room();
    drop(other);
    run(disk.path(), &["run", "rest", "-q"]).is_done();
    assert_eq!(runs_of(disk.path(), "rest").len(), 2);
    is_sound(&disk.path().join("autotune.db"));
}

#[test]
fn a_disk_that_is_full_for_a_while_costs_what_happened_then_and_no_flow() {
    let Some(disk) = SmallDisk::mount(2000) else { return };
    let folder = disk.path().to_str().expect("text");
    let flow = run(disk.path(), &["run", "squeeze", "--folder", folder]);
    flow.is_done();
    assert_eq!(flow.times("history is not recorded: "), 1, "{}", flow.said);
    assert_eq!(flow.times(FULL), 1, "{}", flow.said);
    assert_eq!(flow.times("history is recorded again; "), 1, "{}", flow.said);
    assert_eq!(flow.times("events of this run are missing in its history"), 1, "{}", flow.said);

    let runs = runs_of(disk.path(), "squeeze");
    assert_eq!(runs.iter().map(|run| run.state_name.as_str()).collect::<Vec<_>>(), ["Completed"]);
    let recorded = store(disk.path()).runs(&RunFilter::of_task("remember")).expect("read");
    let recorded: Vec<_> = recorded.iter().map(|run| run.sequence).collect();
    assert!(recorded.contains(&1) && recorded.len() >= 2 && recorded.len() < 40, "{recorded:?}");
    is_sound(&disk.path().join("autotune.db"));
}

#[test]
fn a_flow_whose_history_is_a_duty_ends_with_a_panic_that_says_why() {
    let Some(disk) = SmallDisk::mount(2000) else { return };
    let folder = disk.path().to_str().expect("text");
    let child = start_with(disk.path(), &["run", "squeeze", "--folder", folder], &[(REQUIRED, "yes")]);
    let flow = Ended::of(child);
    assert_eq!(flow.code, None, "it has not ended well: {}", flow.said);
    assert!(flow.said.contains(FULL), "{}", flow.said);
    assert!(flow.said.contains("the history of this flow could not be stored"), "{}", flow.said);
    is_sound(&disk.path().join("autotune.db"));
}

#[test]
fn a_read_only_disk_is_one_sentence_and_a_flow_runs_all_the_same() {
    let Some(disk) = SmallDisk::mount(2000) else { return };
    run(disk.path(), &["run", "rest", "-q"]).is_done();
    disk.remount("ro");
    for command in WRITING.into_iter().chain([&["runs", "ls"][..]]) {
        run(disk.path(), command)
            .is_refused("is read-only; allow its owner to write the file and its folder");
    }
    let flow = run(disk.path(), &["run", "rest"]);
    flow.is_done();
    assert_eq!(flow.times("warning: this run is not recorded: "), 1, "{}", flow.said);
    let elsewhere = disk.path().join("new");
    run(&elsewhere, &["queues", "create", "urgent"])
        .is_refused("set AUTOTUNE_HOME to a folder that can be written");
    disk.remount("rw");
    assert_eq!(runs_of(disk.path(), "rest").len(), 1);
}
