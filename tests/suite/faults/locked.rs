//! A file that another process keeps locked.

use std::path::Path;

use rusqlite::Connection;

use super::{Ended, run, runs_of, schedule_errands, signal, start, until};

const BY_ANOTHER: &str = "is locked by another process; end that one, or try again";

/// Keeps others from writing.
fn lock(home: &Path) -> Connection {
    let other = Connection::open(home.join("autotune.db")).expect("the database");
    other.execute_batch("BEGIN EXCLUSIVE").expect("nobody else writes");
    other
}

#[test]
fn while_the_file_is_locked_flows_run_and_commands_say_so_in_one_sentence() {
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path();
    run(home, &["run", "rest", "-q"]).is_done();
    let other = lock(home);
    // They wait five seconds each, all at once.
    let flow = start(home, &["run", "rest"]);
    let refused = [
        &["queues", "create", "urgent"][..],
        &["deployments", "apply"],
        &["deployments", "run", "errand/by-hand"],
        &["variables", "set", "name", "1"],
        &["runs", "prune", "--older-than", "1d"],
        &["db", "vacuum"],
        &["serve"],
    ];
    let refused: Vec<_> = refused.into_iter().map(|command| (command, start(home, command))).collect();
    // To read, nobody has to wait.
    let listed = run(home, &["runs", "ls"]);
    listed.is_done();
    assert!(listed.said.contains("rest"), "{}", listed.said);
    let flow = Ended::of(flow);
    flow.is_done();
    assert_eq!(flow.times("history is not recorded: "), 1, "{}", flow.said);
    assert_eq!(flow.times(BY_ANOTHER), 1, "{}", flow.said);
    assert!(flow.said.contains("events of this run are missing in its history"), "{}", flow.said);
    for (command, child) in refused {
        let ended = Ended::of(child);
        if command[0] == "deployments" && command[1] == "run" {
            // It is not there: that is known without writing.
            assert_eq!(ended.code, Some(2), "{}", ended.said);
        } else {
            ended.is_refused(BY_ANOTHER);
        }
    }
    drop(other);
    run(home, &["run", "rest", "-q"]).is_done();
    assert_eq!(runs_of(home, "rest").len(), 2, "the one in between is lost");
}

#[test]
fn a_file_that_must_not_even_be_read_is_one_sentence_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path();
    run(home, &["run", "rest", "-q"]).is_done();
    let other = Connection::open(home.join("autotune.db")).expect("the database");
    other.pragma_update(None, "locking_mode", "EXCLUSIVE").expect("set");
    other.execute_batch("BEGIN EXCLUSIVE; COMMIT").expect("nobody else has it");
    let listed = start(home, &["runs", "ls"]);
    let flow = start(home, &["run", "rest"]);
    Ended::of(listed).is_refused(BY_ANOTHER);
    let flow = Ended::of(flow);
    flow.is_done();
    assert_eq!(flow.times("warning: this run is not recorded: "), 1, "{}", flow.said);
    assert_eq!(flow.times(BY_ANOTHER), 1, "{}", flow.said);
}

#[test]
fn a_worker_outlasts_a_lock_and_says_once_that_nobody_answers() {
    const ERRANDS: u32 = 3;
    let folder = tempfile::tempdir().expect("a folder");
    let (home, side) = (folder.path(), folder.path().join("side.txt"));
    schedule_errands(home, &side, ERRANDS);
    let other = lock(home);
    let worker = start(home, &["worker", "--name", "one", "--poll", "1"]);
    // So long that every question is refused at least once.
    pause();
    assert!(runs_of(home, "errand").iter().all(|run| run.state_type == autotune::StateType::Scheduled));
    drop(other);
    let completed = || runs_of(home, "errand").iter().filter(|run| run.state_name == "Completed").count();
    until("all errands are run", || completed() == ERRANDS as usize);
    signal(&worker, "-TERM");
    let ended = Ended::of(worker);
    ended.is_done();
    assert!(ended.times(BY_ANOTHER) >= 1, "{}", ended.said);
    for question in
        ["does not hear this worker", "schedules cannot be looked after", "no runs can be claimed"]
    {
        assert!(ended.times(question) <= 1, "{}", ended.said);
    }
    assert_eq!(ended.times("the orchestrator answers again"), 1, "{}", ended.said);
}

#[expect(clippy::disallowed_methods, reason = "another process waits for a lock, in its own time")]
fn pause() {
    std::thread::sleep(std::time::Duration::from_secs(14));
}
