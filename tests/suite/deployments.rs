//! Deployments as programs write them: what is wrong with one is said when it is built.

use std::time::Duration;

use autotune::deploy;
use autotune::deploy::{DeployError, FlowDeployment};
use autotune::deployment::{CatchUp, CollisionStrategy, DeploymentConcurrency, DeploymentSchedule};
use autotune::prelude::*;
use autotune::schedule::Schedule;
use autotune::worker::WorkerOptions;
use serde::Serialize;
use serde_json::json;

/// Analyse a site.
///
/// By night.
#[flow(name = "site-analysis", version = "1.2.0", tags = ["site"])]
async fn analyse(
    site: &str,
    #[secret] api_secret: String,
    #[garde(range(min = 1, max = 30))]
    #[serde(default = "seven")]
    days: u32,
    #[garde(length(min = 2))]
    #[serde(default = "nobody")]
    owner: String,
    profile: Option<String>,
) -> anyhow::Result<usize> {
    let _ = (api_secret, owner, profile);
    Ok(site.len() * days as usize)
}

fn seven() -> u32 {
    7
}

fn nobody() -> String {
    "nobody".to_owned()
}

fn error(built: Result<FlowDeployment, DeployError>) -> String {
    built.expect_err("it is wrong").to_string()
}

#[test]
fn a_deployment_is_what_was_written() {
    let built = analyse
        .deployment("nightly")
        .cron("0 2 * * *")
        .and_then(|deployment| deployment.timezone("Europe/Berlin"))
        .and_then(|deployment| deployment.parameter("site", "http://x"))
        .and_then(|deployment| deployment.parameter("days", 30))
        .expect("it is right")
        .queue("autotune-queue")
        .tags(["autotune"])
        .concurrency_limit(1)
        .paused(true);
    assert_eq!(built.full_name(), "site-analysis/nightly");
    built.check().expect("it can be applied");
    let spec = built.spec();
    assert_eq!(spec.description, "Analyse a site.\n\nBy night.");
    assert_eq!(spec.version.as_deref(), Some("1.2.0"));
    assert_eq!((spec.work_pool.as_str(), spec.work_queue.as_str()), ("default", "autotune-queue"));
    assert_eq!((spec.tags.as_slice(), spec.paused), (&["autotune".to_owned()][..], Some(true)));
    assert_eq!(
        serde_json::to_value(&spec.parameters).expect("JSON"),
        json!({ "site": "http://x", "days": 30 })
    );
    assert_eq!(spec.schedules[0].schedule.to_string(), "0 2 * * * (Europe/Berlin)");
    assert_eq!(spec.concurrency, Some(DeploymentConcurrency::new(1)));
    assert_eq!(spec.parameter_schema.as_ref().expect("a schema")["properties"]["days"]["maximum"], 30);
}

#[test]
fn a_parameter_is_held_against_the_flow_at_once() {
    let with = |name: &str, value: serde_json::Value| error(deploy(analyse, "x").parameter(name, value));
    assert_eq!(
        with("dayz", json!(3)),
        "parameter `dayz` of flow `site-analysis`: there is no such parameter; \
         the flow has api_secret, days, owner, profile, site"
    );
    assert_eq!(
        with("days", json!("seven")),
        "parameter `days` of flow `site-analysis`: invalid type: string \"seven\", expected u32"
    );
    assert_eq!(with("days", json!(31)), "parameter `days` of flow `site-analysis`: greater than 30");
    assert_eq!(with("days", json!(0)), "parameter `days` of flow `site-analysis`: lower than 1");
    assert_eq!(
        with("owner", json!("x")),
        "parameter `owner` of flow `site-analysis`: length is lower than 2"
    );
    let _ = deploy(analyse, "x").parameter("profile", None::<String>).expect("`null` is an `Option`");
}

#[test]
fn several_parameters_are_a_value_of_the_programs_own() {
    #[derive(Serialize)]
    struct Own<'a> {
        site: &'a str,
        days: u32,
    }
    let built = deploy(analyse, "x").parameters(Own { site: "http://x", days: 3 }).expect("they fit");
    assert_eq!(built.spec().parameters["days"], 3);
    let wrong = error(deploy(analyse, "x").parameters(Own { site: "http://x", days: 99 }));
    assert!(wrong.ends_with("greater than 30"), "{wrong}");
    assert!(error(deploy(analyse, "x").parameters([1, 2])).ends_with("give a struct or a map"));
}

#[test]
fn a_secret_is_never_a_part_of_a_deployment() {
    let error = error(deploy(analyse, "x").parameter("api_secret", "hunter2"));
    assert!(error.contains("set AUTOTUNE_API_SECRET where the worker runs"), "{error}");
    assert!(!error.contains("hunter2"), "{error}");
}

#[test]
fn a_schedule_lacks_no_parameter_but_secret_ones() {
    let hourly = || deploy(analyse, "hourly").interval(Duration::from_hours(1)).expect("an interval");
    let error = hourly().check().expect_err("the site is missing").to_string();
    assert_eq!(
        error,
        "deployment `site-analysis/hourly` runs by itself, and its flow needs `site`: \
         give them with `.parameter(..)`"
    );
    hourly().parameter("site", "http://x").expect("it fits").check().expect("nothing is missing");
    deploy(analyse, "by-hand").check().expect("its runs bring their parameters");

    let mut own = DeploymentSchedule::new(Schedule::cron("@daily").expect("a schedule"));
    own.parameters.insert("site".to_owned(), json!("http://x"));
    deploy(analyse, "x").schedule(own.clone()).check().expect("the schedule brings its parameter");
    own.parameters.insert("days".to_owned(), json!(31));
    assert!(deploy(analyse, "x").schedule(own).check().is_err(), "its parameters are checked too");
}

#[test]
fn what_is_no_schedule_and_no_name_is_an_error() {
    assert!(error(deploy(analyse, "x").cron("61 * * * *")).contains("61"));
    assert_eq!(
        error(deploy(analyse, "x").timezone("Europe/Berlin")),
        "deployment `site-analysis/x`: `timezone` is about the schedules before it, and there are none"
    );
    assert!(deploy(analyse, "x").catch_up(CatchUp::Latest).is_err());
    for name in ["", "  ", "a/b"] {
        let error = deploy(analyse, name).check().expect_err("that is no name").to_string();
        assert!(error.ends_with("write one or more letters, without `/`"), "{error}");
    }
}

#[test]
fn one_more_run_than_there_may_be_waits_or_is_cancelled() {
    let collision = |built: FlowDeployment| built.spec().concurrency.map(|it| (it.limit, it.collision));
    assert_eq!(collision(deploy(analyse, "x").concurrency_limit(3)), Some((3, CollisionStrategy::Enqueue)));
    assert_eq!(collision(deploy(analyse, "x").cancel_new()), Some((1, CollisionStrategy::CancelNew)));
    let both = deploy(analyse, "x").cancel_new().concurrency_limit(3);
    assert_eq!(collision(both), Some((3, CollisionStrategy::CancelNew)));
}

#[tokio::test]
async fn without_an_orchestrator_nothing_is_deployed() {
    let error = deploy(analyse, "x").apply().await.expect_err("there is none").to_string();
    assert!(error.contains("call `autotune::init()` first"), "{error}");
}

#[test]
fn two_workers_have_different_names() {
    assert_ne!(WorkerOptions::default().name, WorkerOptions::default().name);
}
