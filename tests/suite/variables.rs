//! Variables: typed values by name.

use autotune::prelude::*;
use autotune::variables::{self, VariableError};
use serde_json::{Value, json};
use tracing::Level;
use tracing_subscriber::prelude::*;

use crate::{harness, logging::Captured};

// VAR-01
#[test]
fn a_variable_is_set_once_and_overwritten_on_purpose() {
    variables::set("set-once", "first").expect("the name is free");
    let error = variables::set("set-once", "second").expect_err("the name is taken");
    assert_eq!(
        error.to_string(),
        "variable `set-once` exists already; to replace its value, use `variables::overwrite`"
    );
    assert_eq!(variables::get::<String>("set-once").expect("text").as_deref(), Some("first"));
    variables::overwrite("set-once", &[1, 2]).expect("it is overwritten");
    assert_eq!(variables::get::<Vec<u32>>("set-once").expect("a list"), Some(vec![1, 2]));
}

// X-VAR-01
#[test]
fn a_variable_that_is_not_set_is_none() {
    assert_eq!(variables::get::<u32>("never-set").expect("nothing is wrong"), None);
    assert!(!variables::unset("never-set").expect("nothing is wrong"));
    variables::set("set-and-unset", &1).expect("the name is free");
    assert!(variables::names().expect("names").iter().any(|name| name.as_str() == "set-and-unset"));
    assert!(variables::unset("set-and-unset").expect("it is there"));
    assert_eq!(variables::get::<u32>("set-and-unset").expect("nothing is wrong"), None);
}

// X-VAR-02
#[test]
fn every_type_of_json_is_kept_as_it_is() {
    for value in [
        json!(null),
        json!(true),
        json!(1.5),
        json!("\"quoted\""),
        json!([1, [null]]),
        json!({"a": {"b": []}}),
    ] {
        variables::overwrite("any-json", &value).expect("it is kept");
        assert_eq!(variables::get::<Value>("any-json").expect("any JSON"), Some(value));
    }
}

#[test]
fn a_variable_of_another_type_is_an_error_that_does_not_show_it() {
    variables::set("of-another-type", "hunter2").expect("the name is free");
    let error = variables::get::<u32>("of-another-type").expect_err("it is text");
    assert_eq!(error.to_string(), "variable `of-another-type` is no `u32`: expected u32");
    let error = variables::set("No Name", &1).expect_err("it is no name");
    assert!(matches!(error, VariableError::Name(_)), "{error:?}");
}

#[tokio::test]
async fn a_run_notes_which_variables_it_has_read() {
    #[task]
    async fn reads() -> Result<Option<u32>, VariableError> {
        variables::get("read-by-a-run")
    }

    let captured = Captured::default();
    let _guard = harness::listen(tracing_subscriber::registry().with(captured.clone()));
    assert!(tracing::enabled!(Level::DEBUG));
    variables::set("read-by-a-run", &4711).expect("the name is free");
    assert_eq!(reads().await.expect("a number"), Some(4711));
    let text = captured.text();
    assert!(text.contains("read variable `read-by-a-run`, as it is kept"), "{text}");
    assert!(!text.contains("4711"), "{text}");
}
