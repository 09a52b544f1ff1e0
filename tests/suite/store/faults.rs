//! A database that is not as it should be.

use std::fs;
use std::time::Duration;

use autotune::StateName;
use autotune::embedded::{Durability, RunFilter, Store, StoreError, StoreOptions};
use autotune::event::Event;
use autotune::recorder::Recorder;
use autotune_runtime::moment::Moment;
use rusqlite::Connection;

use super::{Place, flow_run, record, state};

fn completed() -> Vec<Event> {
    vec![Event::State(state(0, StateName::Completed, Moment::now()))]
}

fn impatient() -> StoreOptions {
    let mut options = StoreOptions::default();
    options.patience = Duration::ZERO;
    options
}

#[test]
fn what_is_no_database_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("autotune.db");
    fs::write(&path, "not a database, but a text of some length".repeat(50)).expect("a file");
    let error = Store::open(&path).expect_err("no database");
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error}");
    assert!(error.to_string().contains("move it away"), "{error}");
    assert!(fs::read_to_string(&path).expect("a text").starts_with("not a database"), "it is left as it was");
}

#[test]
fn a_folder_in_its_place_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let error = Store::open(folder.path()).expect_err("a folder");
    assert!(matches!(error, StoreError::CannotOpen { .. }), "{error}");
    assert!(error.to_string().contains("AUTOTUNE_HOME"), "{error}");
}

#[test]
fn a_later_schema_is_left_alone() {
    let place = Place::new();
    let connection = Connection::open(place.store.path()).expect("the database");
    connection.pragma_update(None, "user_version", 999).expect("set");
    let error = Store::open(place.store.path()).expect_err("a later version");
    assert!(matches!(error, StoreError::Newer { found: 999, .. }), "{error}");
    assert!(error.to_string().contains("newer version of autotune"), "{error}");
}

#[test]
fn what_cannot_be_written_is_counted_and_the_rest_is_recorded() {
    let place = Place::new();
    let store = Store::open_with(place.store.path(), impatient()).expect("the same database");
    let mut recorder = store.recorder().expect("a recorder");
    record(&mut recorder, &flow_run("before"), completed());

    let other = Connection::open(store.path()).expect("the database");
    other.execute_batch("BEGIN EXCLUSIVE").expect("nobody else writes");
    let lost = flow_run("lost");
    for call in 1..=2 {
        let call = state(call, StateName::Completed, Moment::now());
        record(&mut recorder, &lost, vec![Event::State(call)]);
    }
    assert_eq!(store.lost(), 2);
    other.execute_batch("COMMIT").expect("nothing was done");
    record(&mut recorder, &flow_run("after"), completed());

    let names: Vec<_> =
        store.runs(&RunFilter::roots()).expect("read").into_iter().map(|run| run.name).collect();
    assert_eq!((names.as_slice(), store.lost()), (&["after".to_owned(), "before".to_owned()][..], 2));
}

#[test]
fn a_locked_database_is_named_to_those_who_ask_it() {
    let place = Place::new();
    let store = Store::open_with(place.store.path(), impatient()).expect("the same database");
    let other = Connection::open(store.path()).expect("the database");
    other.execute_batch("BEGIN EXCLUSIVE").expect("nobody else writes");
    let error = store.prune(Moment::now().timestamp()).expect_err("locked");
    assert!(matches!(error, StoreError::Locked { .. }), "{error}");
    assert!(error.to_string().contains("another process"), "{error}");
}

#[test]
fn who_asked_for_durability_is_not_left_in_the_dark() {
    let place = Place::new();
    let mut options = impatient();
    options.durability = Durability::Required;
    let store = Store::open_with(place.store.path(), options).expect("the same database");
    let mut recorder = store.recorder().expect("a recorder");
    let other = Connection::open(store.path()).expect("the database");
    other.execute_batch("BEGIN EXCLUSIVE").expect("nobody else writes");
    let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        recorder.record(&flow_run("lost"), completed());
    }));
    let panic = ended.expect_err("the recorder ends").downcast::<String>().expect("a message");
    assert!(panic.contains("locked by another process"), "{panic}");
}

#[cfg(unix)]
#[test]
fn the_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let outer = tempfile::tempdir().expect("a folder");
    let folder = outer.path().join("new/home");
    let store = Store::open(folder.join("autotune.db")).expect("a new database");
    record(&mut store.recorder().expect("a recorder"), &flow_run("x"), completed());
    let mode = |path: &std::path::Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    let files: Vec<_> =
        fs::read_dir(&folder).expect("a folder").map(|file| file.expect("a file").path()).collect();
    assert_eq!(files.len(), 3, "the database and what SQLite keeps beside it: {files:?}");
    assert!(files.iter().all(|file| mode(file) == 0o600), "{files:?}");

    // A copy that anybody can read is closed again.
    fs::set_permissions(store.path(), fs::Permissions::from_mode(0o644)).expect("set");
    drop(Store::open(store.path()).expect("the same database"));
    assert_eq!(mode(store.path()), 0o600);
}
