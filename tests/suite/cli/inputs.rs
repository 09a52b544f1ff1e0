//! What a run waited for and what it returned, as another process shows it.
#![cfg(unix)]

use std::collections::BTreeSet;

use serde_json::Value;

use super::history::{ask, json};
use super::serve::House;

#[test]
fn what_a_run_waited_for_and_what_it_returned_is_shown() {
    let house = House::new();
    let said = house.run(&["run", "gather", "-q"]);
    let runs = house.runs("gather");
    assert_eq!(runs.len(), 1, "{said}");
    let id = runs[0].id.to_string();

    let document = json(house.path(), &["runs", "show", &id]);
    let calls = document["calls"].as_array().expect("a list");
    let called = |name: &str| calls.iter().find(|call| call["name"] == name).expect("a call");
    let ids = |value: &Value| -> BTreeSet<String> {
        let ids = value.as_array().into_iter().flatten();
        ids.filter_map(|id| id.as_str().map(ToOwned::to_owned)).collect()
    };
    let awaited: Value = ["one", "two"].map(|name| called(name)["id"].clone()).into_iter().collect();
    assert_eq!(ids(&called("three")["wait_for"]), ids(&awaited));
    assert_eq!(ids(&called("one")["wait_for"]).len(), 0);
    assert!(document.get("result").is_none(), "nothing of the flow is persisted: {document}");
    let three = called("three")["id"].as_str().expect("an id");
    assert_eq!(json(house.path(), &["runs", "show", three])["result"], 3);

    // Which of the two took the first number, they have made out among themselves.
    let names = |text: &str| text.ends_with("one, two") || text.ends_with("two, one");
    let shown = ask(house.path(), &["runs", "show", &id]).stdout;
    assert!(shown.lines().any(|line| line.contains(" waited for ") && names(line)), "{shown}");
    let shown = ask(house.path(), &["runs", "show", three]).stdout;
    assert!(shown.lines().any(|line| line.starts_with("waited for ") && names(line)), "{shown}");
    assert!(shown.contains("\nresult      3\n"), "{shown}");
}
