//! Flows by name.

use autotune::Registry;
use autotune::prelude::*;
use autotune::registry::StartError;
use serde_json::{Value, json};

#[derive(Debug, serde::Serialize)]
struct Report {
    lines: usize,
}

/// Tunes the profile every night.
#[flow(name = "nightly", version = "1.2.0", params = NightlyParameters)]
async fn nightly(
    /// Base address of Nightscout.
    url: &str,
    #[garde(range(min = 1, max = 30))]
    #[serde(default = "seven")]
    days: u32,
    profile: Option<String>,
    #[serde(default)] tags: &[String],
    #[secret] token: String,
) -> anyhow::Result<Report> {
    let _ = (profile, token, tags);
    Ok(Report { lines: url.len() * days as usize })
}

fn seven() -> u32 {
    7
}

struct Pool;

#[flow]
async fn with_pool(pool: &Pool, days: u32) -> u32 {
    let _ = pool;
    days
}

#[flow]
async fn generic_flow<T: Send>(value: T) -> T {
    value
}

#[flow(name = "greet")]
async fn greet(name: String) -> String {
    format!("Hello, {name}!")
}

#[task]
async fn registered_task() {}

fn start(parameters: Value) -> Result<autotune::parameters::FlowRun, StartError> {
    Registry::discovered().start("nightly", parameters)
}

fn error(parameters: Value) -> String {
    match start(parameters) {
        Ok(_) => panic!("the parameters are wrong"),
        Err(error) => error.to_string(),
    }
}

#[tokio::test]
async fn a_linked_flow_is_started_by_name_with_json() {
    let run = start(json!({ "url": "abc", "token": "t" })).expect("the parameters are right");
    let outcome = run.await;
    assert!(outcome.is_completed());
    assert_eq!(outcome.json, Some(json!({ "lines": 21 })));
    assert_eq!(outcome.text, None);
}

#[tokio::test]
async fn an_output_with_display_is_text_as_well() {
    let outcome = Registry::discovered().start("greet", json!({ "name": "Ada" })).expect("right").await;
    assert_eq!(outcome.text.as_deref(), Some("Hello, Ada!"));
}

#[test]
fn an_error_in_the_parameters_names_the_place() {
    assert_eq!(
        error(json!({ "url": 1, "token": "t" })),
        "parameter `url` of flow `nightly`: invalid type: integer `1`, expected a string"
    );
    assert_eq!(
        error(json!({ "url": "a", "tags": ["x", 2], "token": "t" })),
        "parameter `tags[1]` of flow `nightly`: invalid type: integer `2`, expected a string"
    );
    assert_eq!(error(json!({ "token": "t" })), "parameters of flow `nightly`: missing field `url`");
    assert!(error(json!({ "url": "a", "dayz": 3, "token": "t" })).contains("unknown field `dayz`"));
}

#[test]
fn an_error_in_a_secret_does_not_show_it() {
    let message = error(json!({ "url": "a", "token": 20_030_517 }));
    assert!(message.contains("`token`") && !message.contains("20030517"), "{message}");
}

#[tokio::test]
async fn a_rule_that_is_broken_fails_the_run() {
    let outcome = start(json!({ "url": "a", "days": 60, "token": "t" })).expect("well-formed").await;
    assert_eq!(outcome.state, StateName::Failed);
    assert_eq!(outcome.message.as_deref(), Some("invalid parameter `days`: greater than 30"));
}

#[tokio::test]
async fn a_direct_call_is_validated_as_well() {
    let error = nightly("a", 60, None, &[], "t".into()).await.expect_err("60 days are too many");
    assert!(matches!(error.downcast_ref(), Some(Interrupted::InvalidParameters(_))));
}

#[test]
fn a_flow_that_cannot_come_from_json_compiles_and_is_refused_by_name() {
    let registry = Registry::discovered();
    let refusal = |name| registry.get(name).expect("it is linked").refusal().map(|error| error.to_string());
    assert_eq!(
        refusal("with_pool").as_deref(),
        Some(
            "flow `with_pool` can only be called from code: its parameter `pool` is of type `&Pool`, \
             which cannot be read from JSON"
        )
    );
    assert_eq!(
        refusal("generic_flow").as_deref(),
        Some("flow `generic_flow` is generic and can only be called from code")
    );
    assert_eq!(refusal("nightly"), None);
}

#[test]
fn an_unknown_flow_is_answered_with_those_that_there_are() {
    let error = Registry::new().flow(nightly).flow(greet).start("nigtly", json!({}));
    let Err(error) = error else { panic!("there is no such flow") };
    assert_eq!(error.to_string(), "there is no flow `nigtly`; this program has greet, nightly");
}

#[test]
fn the_schema_has_defaults_ranges_and_documentation() {
    let schema = Registry::discovered().get("nightly").expect("linked").schema().expect("startable");
    let properties = &schema["properties"];
    assert_eq!(properties["days"]["minimum"], 1);
    assert_eq!(properties["days"]["maximum"], 30);
    assert_eq!(properties["days"]["default"], 7);
    assert_eq!(properties["url"]["description"], "Base address of Nightscout.");
    assert_eq!(properties["token"]["writeOnly"], true);
    assert_eq!(schema["required"], json!(["url", "token"]));
    assert_eq!(schema["title"], "nightly");
}

#[tokio::test]
async fn named_parameters_are_a_type_of_the_program() {
    let parameters =
        NightlyParameters { url: "ab".into(), days: 2, profile: None, tags: vec![], token: "t".into() };
    let run = autotune::parameters::FlowParameters::start(
        parameters,
        autotune::parameters::StartOptions::default(),
    );
    assert_eq!(run.await.json, Some(json!({ "lines": 4 })));
}

#[test]
fn the_tasks_of_a_program_can_be_listed() {
    let task = Registry::tasks().into_iter().find(|task| task.name == "registered_task");
    let task = task.expect("it is linked");
    assert_eq!(task.module, "suite::registry");
}
