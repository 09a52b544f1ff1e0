//! Runs that are watched from another process.
#![cfg(unix)]

use std::thread;

use serde_json::Value;

use super::history::{RECORDED, ask, code, json};
use super::serve::{House, STEPS, until};

/// The id of the one run of a flow, once there is one.
fn id_of(house: &House, flow: &str) -> String {
    until("the run is recorded", || !house.runs(flow).is_empty());
    house.runs(flow)[0].id.to_string()
}

#[test]
fn a_run_of_another_process_is_followed_to_its_end() {
    let house = House::new();
    let side = house.path().join("side.txt");
    let mut walker = house.start(&["run", "stroll", "--side", side.to_str().expect("text")]);
    let id = id_of(&house, "stroll");
    let watched = ask(house.path(), &["runs", "watch", &id]);
    assert_eq!(code(&watched), "0", "{}", watched.shown());
    let lines: Vec<_> = watched.stdout.lines().collect();
    let seen = |text: &str| lines.iter().position(|line| line.contains(text));
    assert!(lines[0].contains("| Running"), "{}", watched.stdout);
    let steps: Vec<_> = (1..=STEPS).map(|number| seen(&format!(" step-{number} "))).collect();
    assert!(steps.is_sorted() && steps[0].is_some(), "{}", watched.stdout);
    let ends: Vec<_> = lines.iter().filter(|line| line.contains("| Completed")).collect();
    assert_eq!(ends.len(), STEPS as usize + 1, "each end once:\n{}", watched.stdout);
    assert!(lines.last().is_some_and(|line| line.contains(" stroll-")), "{}", watched.stdout);
    walker.wait().expect("it ends");
}

#[test]
fn a_watched_run_whose_process_is_killed_has_crashed() {
    let house = House::new();
    let mut process = house.start(&["run", "linger"]);
    let id = id_of(&house, "linger");
    let home = house.path().to_owned();
    let watch = thread::spawn(move || ask(&home, &["runs", "watch", &id, "--json"]));
    process.kill().expect("SIGKILL");
    process.wait().expect("it ends");
    let watched = watch.join().expect("no panic");
    assert_eq!(code(&watched), "101", "{}", watched.shown());
    let last: Value = watched.stdout.lines().last().expect("a line").parse().expect("JSON");
    assert_eq!(last["state_type"], "CRASHED", "{}", watched.stdout);
}

#[test]
fn a_run_that_has_ended_is_told_at_once_and_its_outcome_is_the_exit_code() {
    let home = RECORDED.path();
    let runs = json(home, &["runs", "ls", "--state", "failed"]);
    let id = runs[0]["id"].as_str().expect("an id");
    let watched = ask(home, &["runs", "watch", id, "--json"]);
    assert_eq!(code(&watched), "1", "{}", watched.shown());
    let told: Vec<Value> = watched.stdout.lines().map(|line| line.parse().expect("JSON")).collect();
    let names: Vec<_> = told.iter().map(|run| run["name"].as_str().expect("a name")).collect();
    assert_eq!(names, ["load-1", "prep 2024-03-07", "prep 2024-03-07", "bad"]);
    let short = &id[id.len() - 8..];
    let call = ask(home, &["runs", "watch", &format!("{short}.1")]);
    assert_eq!(code(&call), "0");
    assert!(call.stdout.lines().count() == 1 && call.stdout.contains("load-1"), "{}", call.stdout);
}

#[test]
fn an_id_that_there_is_not_is_answered_as_by_show() {
    let said = |command| ask(RECORDED.path(), &["runs", command, "0000000"]).shown();
    assert_eq!(said("watch"), said("show"));
}
