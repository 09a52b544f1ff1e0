//! A file that an earlier version of autotune has made.

use std::path::Path;

use autotune::embedded::{ArtifactFilter, LogFilter, RunFilter, RunRecord, Store};
use rusqlite::Connection;

use super::{Ended, Random, is_sound, kill_after, kills, run, start, store};

/// A database of the first version of the schema, with runs, as SQL.
const FIRST: &str = include_str!("first_version.sql");

fn make_old(home: &Path) {
    let connection = Connection::open(home.join("autotune.db")).expect("a new database");
    connection.pragma_update(None, "journal_mode", "WAL").expect("as it was");
    connection.execute_batch(FIRST).expect("SQL");
}

fn version(home: &Path) -> u32 {
    let connection = Connection::open(home.join("autotune.db")).expect("a database");
    connection.pragma_query_value(None, "user_version", |row| row.get(0)).expect("a number")
}

#[track_caller]
fn has_all(store: &Store) {
    let mut runs = store.runs(&RunFilter::roots()).expect("read");
    runs.retain(|run| run.definition == "nightly");
    runs.sort_by_key(|run| run.id);
    let shown = |run: &RunRecord| format!("{} {} {:?} {:?}", run.name, run.state_name, run.tags, run.message);
    let shown: Vec<_> = runs.iter().map(shown).collect();
    assert_eq!(
        shown[..2],
        [r#"nightly-1 Completed ["house"] None"#, r#"nightly-2 Failed ["house"] Some("the site is down")"#,]
    );
    assert!(shown[2].starts_with("nightly-3 Crashed"), "its process is long gone: {shown:?}");
    for (run, days) in runs.iter().zip(1..) {
        let root = store.root(run.id).expect("read").expect("it is there");
        assert_eq!(root.parameters.expect("they were recorded")["days"], days);
        let calls = store.calls(run.id, 10).expect("read");
        assert_eq!(calls.iter().map(|call| call.name.as_str()).collect::<Vec<_>>(), ["load-1"]);
        let states = store.states(calls[0].id).expect("read");
        let states: Vec<_> = states.iter().map(|state| state.state_name.as_str()).collect();
        assert_eq!(states, ["Running", "Completed"]);
        let logs = store.logs(run.id, &LogFilter::default()).expect("read");
        assert_eq!(
            logs.iter().map(|log| log.message.clone()).collect::<Vec<_>>(),
            [format!("loaded {days} days")]
        );
    }
    let artifacts = store.artifacts(&ArtifactFilter::default()).expect("read");
    assert_eq!(artifacts.len(), 1);
    assert_eq!(artifacts[0].key.as_deref(), Some("report"));
}

#[test]
fn two_programs_that_bring_an_old_file_up_to_date_at_once_keep_all_that_is_in_it() {
    let folder = tempfile::tempdir().expect("a folder");
    make_old(folder.path());
    assert_eq!(version(folder.path()), 1);
    let both = [start(folder.path(), &["run", "rest", "-q"]), start(folder.path(), &["runs", "ls"])];
    for child in both {
        let ended = Ended::of(child);
        ended.is_done();
        assert_eq!(ended.times("warning"), 0, "{}", ended.said);
    }
    assert!(version(folder.path()) > 1);
    has_all(&store(folder.path()));
    is_sound(&folder.path().join("autotune.db"));
    let listed = run(folder.path(), &["runs", "ls"]);
    for words in ["nightly-1", "the site is down", "Crashed", "rest"] {
        assert!(listed.said.contains(words), "not shown: {words}\n{}", listed.said);
    }
}

#[test]
fn killed_while_it_is_brought_up_to_date_an_old_file_is_the_old_or_the_new_one() {
    let mut random = Random::seeded("old file");
    let (mut killed, wanted) = (0, kills(40));
    let latest = {
        let folder = tempfile::tempdir().expect("a folder");
        drop(store(folder.path()));
        version(folder.path())
    };
    while killed < wanted {
        let folder = tempfile::tempdir().expect("a folder");
        make_old(folder.path());
        let mut child = start(folder.path(), &["runs", "ls"]);
        killed += u32::from(kill_after(&mut child, random.milliseconds_below(16)));
        let version = version(folder.path());
        assert!(version == 1 || version == latest, "{version}");
        let store = store(folder.path());
        store.mark_crashed().expect("it is looked after");
        has_all(&store);
        is_sound(store.path());
    }
}
