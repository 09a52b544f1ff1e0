//! SIGKILL at random points, hundreds of times: what was recorded as done is neither lost nor done again, and the file
//! is sound.

use std::fs;
use std::path::Path;
use std::time::Duration;

use autotune::StateName;
use autotune::embedded::{RunFilter, Store};
use rusqlite::Connection;

use super::{
    AT_ONCE, EACH, Ended, Ledger, Random, is_sound, kill_after, kills, run, runs_of, schedule_errands, start,
    store,
};

/// Runs `walk`, and goes on with it after each kill, until it has completed; says how often it was killed.
fn walk_to_the_end(random: &mut Random) -> u32 {
    let folder = tempfile::tempdir().expect("a folder");
    let (home, side) = (folder.path(), folder.path().join("side.txt"));
    let (mut killed, mut ledger) = (0, Ledger::default());
    loop {
        ledger.check(home, &side);
        let recorded = runs_of(home, "walk");
        if recorded.iter().any(|run| run.state_name == "Completed") {
            assert_eq!(recorded.len(), 1, "it is the same run");
            break;
        }
        let mut child = match recorded.first() {
            None => {
                // Before the run is recorded, nothing it did can be: another one begins from the start.
                assert!(ledger.done.is_empty(), "a task is recorded, and its flow run is not");
                start(home, &["run", "walk", "--side", side.to_str().expect("text"), "-q"])
            }
            Some(run) => start(home, &["runs", "resume", &run.id.to_string(), "-q"]),
        };
        if kill_after(&mut child, random.milliseconds_below(60)) {
            killed += 1;
        } else {
            Ended::of(child).is_done();
        }
    }
    let steps = (3 * EACH + AT_ONCE) as usize;
    assert_eq!(ledger.done.len(), steps, "all steps are recorded");
    let open = store(home).runs(&RunFilter::all()).expect("read");
    assert!(open.iter().all(|run| run.state_type.is_final()), "{open:?}");
    killed
}

#[test]
fn a_flow_killed_at_any_point_goes_on_and_nothing_recorded_is_lost_or_done_again() {
    let mut random = Random::seeded("walk");
    let (mut killed, wanted) = (0, kills(200));
    while killed < wanted {
        killed += walk_to_the_end(&mut random);
    }
}

#[test]
fn two_programs_killed_while_they_make_the_file_leave_one_that_the_next_two_go_on_with() {
    let mut random = Random::seeded("new file");
    let (mut killed, wanted) = (0, kills(100));
    while killed < wanted {
        let folder = tempfile::tempdir().expect("a folder");
        let home = folder.path();
        let both = [start(home, &["run", "rest", "-q"]), start(home, &["run", "rest", "-q"])];
        for mut child in both {
            killed += u32::from(kill_after(&mut child, random.milliseconds_below(12)));
        }
        let both = [start(home, &["run", "rest", "-q"]), start(home, &["run", "rest", "-q"])];
        for child in both {
            let ended = Ended::of(child);
            ended.is_done();
            assert_eq!(ended.times("warning"), 0, "both are recorded: {}", ended.said);
        }
        store(home).mark_crashed().expect("it is looked after");
        let recorded = runs_of(home, "rest");
        let completed = recorded.iter().filter(|run| run.state_name == "Completed").count();
        assert!(completed >= 2 && recorded.iter().all(|run| run.state_type.is_final()), "{recorded:?}");
        is_sound(&home.join("autotune.db"));
    }
}

/// How many rows are left of runs that are not there any more.
fn orphans(database: &Path) -> i64 {
    let connection = Connection::open(database).expect("a database");
    let of = |table: &str| {
        let question = format!("SELECT count(*) FROM {table} WHERE root NOT IN (SELECT id FROM root_run)");
        connection.query_row(&question, [], |row| row.get::<_, i64>(0)).expect("an answer")
    };
    ["run", "former_state", "log", "artifact", "result", "flow_run"].into_iter().map(of).sum()
}

#[test]
fn killed_while_old_runs_are_removed_and_the_file_shrinks_all_others_are_whole() {
    const OLD: usize = 1_500;
    const NEW: usize = 40;
    let made = tempfile::tempdir().expect("a folder");
    crate::store::fill_with_runs(&store(made.path()), OLD, NEW);
    // All of it in one file.
    store(made.path()).vacuum().expect("nobody else has it");
    let mut random = Random::seeded("prune");
    let (mut killed, wanted) = (0, kills(60));
    while killed < wanted {
        let folder = tempfile::tempdir().expect("a folder");
        let (home, database) = (folder.path(), folder.path().join("autotune.db"));
        fs::copy(made.path().join("autotune.db"), &database).expect("a copy");
        let mut left = OLD;
        for _ in 0..3 {
            let mut child = if random.below(2) == 0 {
                start(home, &["db", "vacuum"])
            } else {
                start(home, &["runs", "prune", "--older-than", "1d"])
            };
            killed += u32::from(kill_after(&mut child, random.milliseconds_below(90)));
            is_sound(&database);
            assert_eq!(orphans(&database), 0, "what belongs to a run goes with it, or not at all");
            let runs = store(home).runs(&RunFilter::roots()).expect("read");
            let old = runs.iter().filter(|run| run.name == "old").count();
            assert!(old <= left && (old == left || old % 500 == 0), "{old} of {left} are left");
            assert_eq!(runs.len() - old, NEW, "what was not to be removed is there");
            left = old;
        }
        run(home, &["runs", "prune", "--older-than", "1d"]).is_done();
        assert_eq!(store(home).runs(&RunFilter::roots()).expect("read").len(), NEW);
    }
}

#[test]
fn a_worker_killed_while_it_claims_and_runs_leaves_no_run_behind() {
    const ERRANDS: u32 = 40;
    let mut random = Random::seeded("worker");
    let (mut killed, wanted) = (0, kills(60));
    while killed < wanted {
        let folder = tempfile::tempdir().expect("a folder");
        let (home, side) = (folder.path(), folder.path().join("side.txt"));
        schedule_errands(home, &side, ERRANDS);
        let mut ledger = Ledger::default();
        loop {
            ledger.check(home, &side);
            let open = runs_of(home, "errand").iter().filter(|run| !run.state_type.is_final()).count();
            if open == 0 {
                break;
            }
            // Its name is that of the one that was killed: nobody misses that one.
            let mut child = start(home, &["worker", "--name", "one", "--limit", "4", "--poll", "1", "-q"]);
            killed +=
                u32::from(kill_after(&mut child, Duration::from_millis(10) + random.milliseconds_below(60)));
        }
        // One that was killed under the same run again and again leaves it to somebody who looks.
        for run in runs_of(home, "errand") {
            if run.state_name != StateName::Completed.as_str() {
                assert_eq!(run.state_name, "Crashed");
                super::run(home, &["runs", "resume", &run.id.to_string(), "-q"]).is_done();
            }
        }
        ledger.check(home, &side);
        assert_eq!(ledger.done.len(), (ERRANDS * super::ERRAND) as usize);
        let runs = runs_of(home, "errand");
        assert!(runs.iter().all(|run| run.state_name == "Completed"), "{runs:?}");
    }
}

/// The log that waits beside the file has whatever reached the disk before a power cut: any part of it, from its
/// beginning on.
#[test]
fn a_log_of_writes_that_was_cut_off_or_garbled_costs_its_last_runs_and_nothing_else() {
    // So few that SQLite does not move them into the file by itself.
    const RUNS: usize = 100;
    let folder = tempfile::tempdir().expect("a folder");
    let whole = folder.path().join("whole");
    let written = Store::open(whole.join("autotune.db")).expect("a new database");
    crate::store::fill_with_runs(&written, 0, RUNS);
    let (database, log) = (whole.join("autotune.db"), whole.join("autotune.db-wal"));
    let length = fs::metadata(&log).expect("a log").len();
    assert!(length > 100_000, "the runs are in the log: {length}");
    let mut random = Random::seeded("log");
    let (mut fewest, mut most) = (usize::MAX, 0);
    for round in 0..60 {
        let home = folder.path().join(round.to_string());
        fs::create_dir(&home).expect("a folder");
        fs::copy(&database, home.join("autotune.db")).expect("a copy");
        let mut bytes = fs::read(&log).expect("the log");
        let at = usize::try_from(random.below(length)).expect("it is small");
        if round % 2 == 0 {
            bytes.truncate(at);
        } else {
            bytes[at..].iter_mut().take(300).for_each(|byte| *byte ^= 0x55);
        }
        fs::write(home.join("autotune.db-wal"), bytes).expect("a copy");
        let runs = store(&home).runs(&RunFilter::roots()).expect("read").len();
        (fewest, most) = (fewest.min(runs), most.max(runs));
        is_sound(&home.join("autotune.db"));
        assert_eq!(orphans(&home.join("autotune.db")), 0);
        run_after(&home, runs);
    }
    assert!(fewest < RUNS / 2 && most > RUNS / 2, "it was cut off early and late: {fewest} to {most}");
}

/// Such a file takes new runs.
fn run_after(home: &Path, runs: usize) {
    crate::store::fill_with_runs(&store(home), 0, 1);
    assert_eq!(store(home).runs(&RunFilter::roots()).expect("read").len(), runs + 1);
}
