//! JSON values by name.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

use autotune::prelude::*;
use autotune::variables::{self, InstallError, Name, StoreError, VariableError, VariableStore};
use serde_json::{Value, json};

use crate::harness;

/// What holds wherever variables are kept.
fn holds_of_the_store() {
    a_name_is_set_once_and_overwritten_by_intent();
    every_json_type_comes_back_as_it_was();
    a_variable_that_was_unset_is_gone();
    names_are_in_order();
}

fn a_name_is_set_once_and_overwritten_by_intent() {
    variables::set("store-once", &json!({ "days": 7 })).expect("the name is free");
    let error = variables::set("store-once", &8).expect_err("it is taken");
    assert_eq!(
        error.to_string(),
        "variable `store-once` exists already; to replace its value, use `variables::overwrite`"
    );
    assert_eq!(variables::get("store-once").expect("kept"), Some(json!({ "days": 7 })));
    variables::overwrite("store-once", &8).expect("that is allowed");
    assert_eq!(variables::get("store-once").expect("kept"), Some(8));
    variables::overwrite("store-new", "new").expect("it need not exist");
    assert_eq!(variables::get("store-new").expect("kept"), Some("new".to_owned()));
}

fn every_json_type_comes_back_as_it_was() {
    for value in [
        Value::Null,
        json!(true),
        json!(false),
        json!(0),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(0.1),
        json!(""),
        json!("text"),
        json!("\"quoted\""),
        json!("null"),
        json!([]),
        json!([1, "two", null, [3]]),
        json!({}),
        json!({ "a": { "b": [true, { "c": null }] }, "": 1.5 }),
    ] {
        variables::overwrite("store-json", &value).expect("it is JSON");
        assert_eq!(variables::get("store-json").expect("kept"), Some(value));
    }
}

fn a_variable_that_was_unset_is_gone() {
    variables::overwrite("store-gone", &Value::Null).expect("it is JSON");
    assert!(variables::unset("store-gone").expect("it was there"));
    assert!(!variables::unset("store-gone").expect("it is no error that it is not"));
    assert_eq!(variables::get::<Value>("store-gone").expect("that is no error"), None);
    variables::set("store-gone", &1).expect("the name is free again");
}

fn names_are_in_order() {
    for name in ["store-b", "store-a"] {
        variables::overwrite(name, &1).expect("it is JSON");
    }
    let names: Vec<String> =
        variables::names().expect("they are known").iter().map(ToString::to_string).collect();
    assert!(names.is_sorted(), "{names:?}");
    assert!(["store-a", "store-b"].iter().all(|name| names.contains(&(*name).to_owned())), "{names:?}");
}

// VAR-01, X-VAR-02
#[test]
fn the_memory_of_the_process_keeps_variables() {
    holds_of_the_store();
}

// X-VAR-01
#[test]
fn a_variable_that_is_missing_is_none_and_null_is_not() {
    assert_eq!(variables::get::<u32>("missing").expect("that is no error"), None);
    assert_eq!(variables::get("missing").expect("that is no error").unwrap_or(7), 7);
    variables::set("is-null", &()).expect("it is JSON");
    assert_eq!(variables::get::<Option<u32>>("is-null").expect("an option"), Some(None));
    assert!(variables::get::<u32>("is-null").is_err(), "null is no number");
}

#[test]
fn a_value_of_another_type_is_an_error_without_the_value() {
    variables::set("typed", &json!({ "rates": [0.5, "hunter2"] })).expect("it is JSON");
    let error = variables::get::<BTreeMap<String, Vec<f64>>>("typed").expect_err("one is text");
    assert!(error.to_string().starts_with("variable `typed` is no `"), "{error}");
    assert!(error.to_string().ends_with("`: expected f64 at rates[1]"), "{error}");
    assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
}

#[test]
fn a_name_that_is_none_says_what_is() {
    let error = variables::get::<u32>("API url").expect_err("capitals and a space");
    assert!(matches!(error, VariableError::Name(_)));
    assert_eq!(
        error.to_string(),
        "`API url` cannot be the name of a variable or a secret; \
         use 1 to 255 small letters, digits, `_` and `-`, as in \"api-url\""
    );
    assert!(variables::set("", &1).is_err() && variables::unset("../x").is_err());
}

#[test]
fn a_value_that_is_not_json_is_an_error_that_names_the_variable() {
    let error = variables::set("no-json", &BTreeMap::from([((1, 2), 3)])).expect_err("keys are text");
    assert_eq!(
        error.to_string(),
        "the value for variable `no-json` cannot be written as JSON: key must be a string"
    );
}

#[flow]
async fn reads() -> Result<(Option<String>, Option<u32>), VariableError> {
    Ok((variables::get("read-in-a-run")?, variables::get("read-but-missing")?))
}

#[tokio::test]
async fn what_a_run_reads_stands_in_its_log_by_name_alone() {
    use tracing_subscriber::prelude::*;

    harness::record();
    let captured = crate::logging::Captured::default();
    let subscriber = tracing_subscriber::registry().with(autotune::log::RunLayer).with(captured.clone());
    let _guard = harness::listen(subscriber);
    variables::set("read-in-a-run", "hunter2").expect("the name is free");
    assert_eq!(reads().named("reads variables").await.expect("text").0.as_deref(), Some("hunter2"));
    let _: Option<String> = variables::get("read-in-a-run").expect("text");

    let logs = harness::history("reads variables").await.logs;
    let read: Vec<_> = logs.iter().filter(|line| line.contains("variable")).collect();
    assert_eq!(
        read,
        ["DEBUG read variable `read-in-a-run`", "DEBUG read variable `read-but-missing`, which is not set"]
    );
    let seen = captured.text();
    assert_eq!(seen.matches("read variable `read-in-a-run`").count(), 1, "outside of a run nothing is said");
    assert!(!seen.contains("hunter2"), "{seen}");
}

#[test]
fn the_environment_overrides_what_is_kept() {
    let name = "variables::the_environment_overrides_what_is_kept";
    let environment = [
        ("AUTOTUNE_VARIABLE_API_URL", "http://x"),
        ("AUTOTUNE_VARIABLE_DAYS", "[7, 14]"),
        ("AUTOTUNE_VARIABLE_NO", ""),
    ];
    harness::in_a_process_of_its_own(name, &environment, async || {
        variables::set("days", &1).expect("what is kept is free");
        assert_eq!(variables::get("days").expect("JSON"), Some(vec![7, 14]));
        assert_eq!(variables::get("api-url").expect("text"), Some("http://x".to_owned()));
        assert_eq!(variables::get("api_url").expect("text"), Some("http://x".to_owned()));
        assert_eq!(variables::get::<Value>("no").expect("an empty one is none"), None);
        let names = variables::names().expect("they are known");
        assert_eq!(names.iter().map(Name::as_str).collect::<Vec<_>>(), ["days"]);
    });
}

/// Keeps variables as text, as a database does.
#[derive(Default)]
struct AsText(Mutex<BTreeMap<String, String>>);

impl AsText {
    fn rows(&self, name: &str) -> Result<MutexGuard<'_, BTreeMap<String, String>>, StoreError> {
        if name == "broken" {
            return Err("the disk is gone".into());
        }
        Ok(self.0.lock().expect("no test panics while it holds the lock"))
    }
}

impl VariableStore for AsText {
    fn read(&self, name: &Name) -> Result<Option<Value>, StoreError> {
        let rows = self.rows(name.as_str())?;
        Ok(rows.get(name.as_str()).map(|text| serde_json::from_str(text)).transpose()?)
    }

    fn insert(&self, name: &Name, value: Value) -> Result<bool, StoreError> {
        let mut rows = self.rows(name.as_str())?;
        if rows.contains_key(name.as_str()) {
            return Ok(false);
        }
        rows.insert(name.to_string(), value.to_string());
        Ok(true)
    }

    fn overwrite(&self, name: &Name, value: Value) -> Result<(), StoreError> {
        self.rows(name.as_str())?.insert(name.to_string(), value.to_string());
        Ok(())
    }

    fn remove(&self, name: &Name) -> Result<bool, StoreError> {
        Ok(self.rows(name.as_str())?.remove(name.as_str()).is_some())
    }

    fn names(&self) -> Result<Vec<Name>, StoreError> {
        let rows = self.rows("")?;
        // Any order will do.
        Ok(rows.keys().rev().map(|name| name.parse()).collect::<Result<_, _>>()?)
    }
}

#[test]
fn a_program_may_keep_variables_elsewhere() {
    harness::in_a_process_of_its_own("variables::a_program_may_keep_variables_elsewhere", &[], async || {
        variables::install(AsText::default()).expect("the first store");
        holds_of_the_store();
        let error = variables::get::<u32>("broken").expect_err("the store fails");
        assert_eq!(
            format!("{:#}", anyhow::Error::from(error)),
            "the store of variables has failed: the disk is gone"
        );
        assert_eq!(variables::install(AsText::default()), Err(InstallError::AlreadyInUse));
    });
}

#[test]
fn a_store_is_not_installed_where_variables_would_be_lost() {
    let name = "variables::a_store_is_not_installed_where_variables_would_be_lost";
    harness::in_a_process_of_its_own(name, &[], async || {
        variables::set("in-memory", &1).expect("the name is free");
        let error = variables::install(AsText::default()).expect_err("too late");
        assert_eq!(
            error.to_string(),
            "variables are kept somewhere already; install one store, before the first variable is used"
        );
    });
}
