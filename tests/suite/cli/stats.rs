//! How runs go over time, and what is to come.
#![cfg(unix)]

use super::history::{RECORDED, ask, code, json};
use super::serve::{House, said, signal, until};

#[test]
fn how_often_flows_succeed_is_counted() {
    let stats = json(RECORDED.path(), &["runs", "stats"]);
    let analyse = &stats[0];
    assert_eq!((&analyse["flow"], &analyse["deployment"]), (&"analyse".into(), &serde_json::Value::Null));
    assert_eq!((&analyse["completed"], &analyse["failed"]), (&1.into(), &1.into()));
    assert_eq!((&analyse["success_rate"], &analyse["failures_in_a_row"]), (&0.5.into(), &1.into()));
    assert!(analyse["median_seconds"].as_f64().is_some_and(|took| took > 0.0), "{analyse}");
    let table = ask(RECORDED.path(), &["runs", "stats", "--flow", "analyse"]).stdout;
    let lines: Vec<Vec<_>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(
        lines[0],
        ["FLOW", "RUNS", "COMPLETED", "FAILED", "SUCCESS", "MEDIAN", "P95", "IN", "A", "ROW"]
    );
    assert_eq!(lines[1][..6], ["analyse", "2", "1", "1", "50", "%"]);
    for none in [&["--since", "0s"][..], &["--by", "deployment"], &["--flow", "nothing"]] {
        let said = ask(RECORDED.path(), &[&["runs", "stats"], none].concat());
        assert_eq!(said.shown(), "exit 0\nNo runs that have ended.\n", "{none:?}");
    }
}

#[test]
fn runs_that_are_to_come_are_told_apart_from_those_that_were() {
    let house = House::new();
    let server = house.start(&["serve"]);
    until("two have completed", || {
        house.runs("tick").iter().filter(|run| run.state_name == "Completed").count() >= 2
    });
    signal(&server, "-TERM");
    said(server);
    let ls = |arguments: &[&str]| ask(house.path(), &[&["runs", "ls"], arguments].concat());
    let table = ls(&[]).stdout;
    let (rows, footer) = table.trim_end().rsplit_once('\n').expect("a footer");
    assert!(!rows.contains("Scheduled") && rows.contains("Completed"), "{table}");
    assert!(
        footer.contains(" runs are scheduled") && footer.ends_with("; `--scheduled` shows them"),
        "{table}"
    );
    assert!(footer.contains(", the next for 2"), "{table}");
    let later = ls(&["--scheduled"]).stdout;
    assert!(later.contains("Scheduled") && !later.contains("Completed"), "{later}");
    let due = json(house.path(), &["runs", "ls", "--scheduled", "-n", "3"]);
    let due: Vec<_> =
        due.as_array().expect("a list").iter().map(|run| run["next_start_time"].clone()).collect();
    assert!(due.len() == 3 && due.is_sorted_by_key(ToString::to_string), "{due:?}");

    let of_deployment = json(house.path(), &["runs", "ls", "--deployment", "tick/every-second"]);
    assert!(of_deployment.as_array().is_some_and(|runs| runs.len() >= 2), "{of_deployment}");
    assert_eq!(ls(&["--deployment", "linger/by-hand"]).stdout, "No runs.\n");
    let unknown = ls(&["--deployment", "tick/monthly"]);
    assert!(code(&unknown) == "2" && unknown.stderr.contains("tick/every-second"), "{}", unknown.shown());

    let stats = json(house.path(), &["runs", "stats", "--by", "deployment"]);
    assert_eq!((&stats[0]["deployment"], &stats[0]["success_rate"]), (&"every-second".into(), &1.0.into()));
    let named = json(house.path(), &["runs", "stats", "--deployment", "linger/by-hand"]);
    assert_eq!(named, serde_json::json!([]));
}
