//! Deployments, and what their schedules make.

use std::time::Duration;

use autotune::schedule::{Schedule, Timestamp};
use autotune::{RunId, StateName, StateType};
use autotune_runtime::deployment::{
    CatchUp, CollisionStrategy, Deployment, DeploymentConcurrency, DeploymentPatch, DeploymentRun,
    DeploymentSchedule, NewDeployment,
};
use autotune_runtime::flow_run::{FlowRun, FlowRunFilter};
use autotune_runtime::moment::Moment;
use autotune_runtime::orchestrator::{Orchestrator, wait_for_flow_run};
use autotune_runtime::proposal::Verdict;
use serde_json::json;

use super::{Place, claim, now, present, propose};

const HOUR: Duration = Duration::from_hours(1);

fn hourly(catch_up: CatchUp) -> NewDeployment {
    let mut deployment = NewDeployment::new("nightly", "here");
    let interval = Schedule::interval(HOUR).and_then(|every| every.anchor(Timestamp::UNIX_EPOCH));
    let mut schedule = DeploymentSchedule::new(interval.expect("an interval"));
    schedule.catch_up = catch_up;
    deployment.schedules = vec![schedule];
    deployment
}

async fn apply(orchestrator: &dyn Orchestrator, deployment: NewDeployment) -> Deployment {
    orchestrator.apply(deployment).await.expect("a deployment")
}

/// The runs of a deployment, the first first.
async fn runs(orchestrator: &dyn Orchestrator, deployment: &Deployment) -> Vec<FlowRun> {
    let filter = FlowRunFilter { deployment: Some(deployment.id), ..FlowRunFilter::default() };
    let mut runs = orchestrator.flow_runs(&filter).await.expect("read");
    runs.reverse();
    runs
}

async fn times(orchestrator: &dyn Orchestrator, deployment: &Deployment) -> Vec<Timestamp> {
    runs(orchestrator, deployment).await.iter().map(|run| run.expected).collect()
}

async fn tend(orchestrator: &dyn Orchestrator) -> u32 {
    orchestrator.tend().await.expect("tended").scheduled
}

#[tokio::test(start_paused = true)]
async fn a_deployment_of_the_same_flow_and_name_is_brought_up_to_date() {
    let place = Place::new();
    let orchestrator = &*place.handle();
    let first = apply(orchestrator, hourly(CatchUp::Skip)).await;
    let mut changed = hourly(CatchUp::Skip);
    changed.parameters = json!({ "days": 7 }).as_object().cloned().unwrap_or_default();
    changed.work_queue = "urgent".to_owned();
    let second = apply(orchestrator, changed.clone()).await;
    changed.paused = Some(false);
    assert_eq!((second.id, &second.spec), (first.id, &changed));
    assert_eq!(orchestrator.deployments().await.expect("read"), std::slice::from_ref(&second));
    for name in ["here", "nightly/here"] {
        assert_eq!(orchestrator.deployment_named(name).await.expect("known").id, first.id);
    }
    let made = runs(orchestrator, &second).await;
    assert_eq!(made.len(), 3, "those that were made before are made anew");
    assert!(made.iter().all(|run| run.parameters == changed.parameters && run.is_auto_scheduled));
    assert_eq!(made[0].tags, ["auto-scheduled"]);
    assert_eq!(made[0].queue, Some(("default".to_owned(), "urgent".to_owned())));
    let unknown = orchestrator.deployment_named("there").await.expect_err("there is none");
    assert_eq!(unknown.to_string(), "there is no deployment `there`; there is nightly/here");
}

// SCH-09
#[tokio::test(start_paused = true)]
async fn several_that_tend_at_once_make_each_run_once() {
    let place = Place::new();
    let (one, other) = (place.handle(), place.handle());
    let deployment = apply(&*one, hourly(CatchUp::Skip)).await;
    assert_eq!((tend(&*one).await, tend(&*other).await), (0, 0));
    assert_eq!(times(&*one, &deployment).await.len(), 3);
    let cancelled = runs(&*one, &deployment).await.remove(1);
    propose(&*one, &cancelled, StateName::Cancelling).await;
    assert_eq!(tend(&*other).await, 0, "what was cancelled is not made again");
    assert_eq!(present(&*one, &cancelled).await.state.state_type, StateType::Cancelled);
    assert_eq!(times(&*one, &deployment).await.len(), 3);
    tokio::time::advance(HOUR).await;
    assert_eq!((tend(&*one).await, tend(&*other).await), (1, 0));
    assert_eq!(times(&*one, &deployment).await.len(), 4);
}

#[tokio::test(start_paused = true)]
async fn what_was_missed_is_made_up_for_as_the_schedule_says() {
    for (catch_up, expected) in [(CatchUp::Skip, 0), (CatchUp::Latest, 1), (CatchUp::All, 7)] {
        let place = Place::new();
        let orchestrator = &*place.handle();
        let deployment = apply(orchestrator, hourly(catch_up)).await;
        let before = times(orchestrator, &deployment).await;
        // Three runs are there; of the ten that came due, seven are not.
        tokio::time::advance(10 * HOUR).await;
        let orchestrator = &*place.handle();
        tend(orchestrator).await;
        tend(orchestrator).await;
        let times = times(orchestrator, &deployment).await;
        let passed = times.iter().filter(|&&at| at < now()).count();
        assert_eq!(passed, before.len() + expected, "{catch_up:?}");
        assert!(times.is_sorted_by(|earlier, later| earlier < later), "{catch_up:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_schedule_keeps_its_local_time_when_the_clocks_change() {
    let place = Place::new();
    let orchestrator = &*place.handle();
    let daily = Schedule::cron("30 9 * * *").and_then(|cron| cron.timezone("Europe/Berlin"));
    let mut deployment = NewDeployment::new("nightly", "here");
    deployment.schedules = vec![DeploymentSchedule::new(daily.expect("a schedule"))];
    let deployment = apply(orchestrator, deployment).await;
    // A year of days, with both changes.
    for _ in 0..370 {
        tokio::time::advance(24 * HOUR).await;
        tend(orchestrator).await;
    }
    let times = times(orchestrator, &deployment).await;
    assert!(times.len() >= 370);
    let hours = times.windows(2).map(|two| two[1].duration_since(two[0]).as_hours());
    let mut hours: Vec<_> = hours.collect();
    hours.sort_unstable();
    assert_eq!((hours[0], hours[1]), (23, 24));
    assert_eq!((hours[hours.len() - 2], hours[hours.len() - 1]), (24, 25));
}

// SCH-10
#[tokio::test(start_paused = true)]
async fn a_paused_deployment_loses_what_was_made_and_gets_nothing() {
    let place = Place::new();
    let orchestrator = &*place.handle();
    let deployment = apply(orchestrator, hourly(CatchUp::All)).await;
    let pause = |paused| DeploymentPatch { paused: Some(paused), ..DeploymentPatch::default() };
    let paused = orchestrator.change_deployment(deployment.id, pause(true)).await.expect("paused");
    assert_eq!((paused.next, times(orchestrator, &deployment).await.len()), (None, 0));
    tokio::time::advance(5 * HOUR).await;
    assert_eq!((tend(orchestrator).await, times(orchestrator, &deployment).await.len()), (0, 0));
    orchestrator.change_deployment(deployment.id, pause(false)).await.expect("it goes on");
    let times = times(orchestrator, &deployment).await;
    assert_eq!(times.len(), 3);
    assert!(times[0] >= now(), "what passed in the pause was not missed");
}

#[tokio::test(start_paused = true)]
async fn a_pause_outlives_what_is_applied_without_a_word_of_it() {
    let place = Place::new();
    let orchestrator = &*place.handle();
    let deployment = apply(orchestrator, hourly(CatchUp::Skip)).await;
    assert!(!deployment.is_paused());
    let pause = DeploymentPatch { paused: Some(true), ..DeploymentPatch::default() };
    orchestrator.change_deployment(deployment.id, pause).await.expect("paused");
    let again = apply(orchestrator, hourly(CatchUp::Skip)).await;
    assert!(again.is_paused());
    assert_eq!((tend(orchestrator).await, times(orchestrator, &again).await.len()), (0, 0));
    let mut going_on = hourly(CatchUp::Skip);
    going_on.paused = Some(false);
    assert!(!apply(orchestrator, going_on).await.is_paused());
    assert_eq!(times(orchestrator, &again).await.len(), 3);
}

// DEQ-05, X-DEQ-03
#[tokio::test(start_paused = true)]
async fn a_run_that_nobody_begins_is_late_once() {
    let place = Place::new();
    let orchestrator = &*place.handle();
    let deployment = apply(orchestrator, NewDeployment::new("nightly", "here")).await;
    let run = orchestrator.run_deployment(deployment.id, DeploymentRun::default()).await.expect("a run");
    let claimed = orchestrator.run_deployment(deployment.id, DeploymentRun::default()).await.expect("a run");
    assert!(claim(orchestrator, &claimed, "one").await.is_accepted());
    tokio::time::advance(Duration::from_secs(15)).await;
    assert_eq!(orchestrator.tend().await.expect("tended").late, 0);
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(orchestrator.tend().await.expect("tended").late, 1);
    assert_eq!(orchestrator.tend().await.expect("tended").late, 0);
    let states = orchestrator.states(run.id).await.expect("read");
    let names: Vec<_> = states.iter().map(|state| state.state_name.as_str()).collect();
    assert_eq!(names, ["Scheduled", "Late"]);
    let run = present(orchestrator, &run).await;
    assert_eq!((run.state.state_name.as_str(), run.state.state_type), ("Late", StateType::Scheduled));
    assert_eq!(run.state.due, Some(run.expected));
    assert_eq!(present(orchestrator, &claimed).await.state.state_name, "Pending");
    assert!(claim(orchestrator, &run, "one").await.is_accepted());
}

// DEQ-01
#[tokio::test(start_paused = true)]
async fn a_run_of_a_deployment_is_waited_for_or_not() {
    let place = Place::new();
    let orchestrator = &*place.handle();
    let deployment = apply(orchestrator, NewDeployment::new("nightly", "here")).await;
    let asked = Moment::now();
    let run = orchestrator.run_deployment(deployment.id, DeploymentRun::default()).await.expect("a run");
    assert_eq!((run.state.state_name.as_str(), Moment::now()), ("Scheduled", asked), "it is given at once");

    let limit = Duration::from_secs(7);
    let waited = tokio::time::timeout(limit, wait_for_flow_run(orchestrator, run.id)).await;
    assert!(waited.is_err(), "nobody has begun it");
    let asked = Moment::now();
    let work = async {
        tokio::time::sleep(Duration::from_secs(12)).await;
        for state in [StateName::Pending, StateName::Running, StateName::Failed] {
            assert!(propose(orchestrator, &run, state).await.is_accepted());
        }
    };
    let (ended, ()) = tokio::join!(wait_for_flow_run(orchestrator, run.id), work);
    let ended = ended.expect("a run");
    assert_eq!((ended.id, ended.state.state_type), (run.id, StateType::Failed));
    assert_eq!(Moment::now().since(asked), Duration::from_secs(15), "it is asked for every five seconds");

    let unknown = wait_for_flow_run(orchestrator, RunId::new()).await.expect_err("there is none");
    assert!(unknown.to_string().starts_with("there is no flow run `"), "{unknown}");
}

// DEQ-02
#[tokio::test(start_paused = true)]
async fn who_asks_twice_with_one_key_for_a_run_of_a_deployment_gets_one() {
    let place = Place::new();
    let (one, other) = (place.handle(), place.handle());
    let deployment = apply(&*one, NewDeployment::new("nightly", "here")).await;
    let tonight = |name: &str| DeploymentRun {
        name: Some(name.to_owned()),
        idempotency_key: Some("tonight".to_owned()),
        ..DeploymentRun::default()
    };
    let first = one.run_deployment(deployment.id, tonight("first")).await.expect("a run");
    let second = other.run_deployment(deployment.id, tonight("second")).await.expect("a run");
    assert_eq!(first, second);
    assert_eq!(runs(&*one, &deployment).await, [first]);
}

#[tokio::test(start_paused = true)]
async fn a_deployment_runs_no_more_at_once_than_it_allows() {
    for (collision, expected) in
        [(CollisionStrategy::Enqueue, "AwaitingConcurrencySlot"), (CollisionStrategy::CancelNew, "Cancelled")]
    {
        let place = Place::new();
        let orchestrator = &*place.handle();
        let mut deployment = NewDeployment::new("nightly", "here");
        let mut concurrency = DeploymentConcurrency::new(1);
        concurrency.collision = collision;
        deployment.concurrency = Some(concurrency);
        let deployment = apply(orchestrator, deployment).await;
        let first =
            orchestrator.run_deployment(deployment.id, DeploymentRun::default()).await.expect("a run");
        let other =
            orchestrator.run_deployment(deployment.id, DeploymentRun::default()).await.expect("a run");
        assert!(claim(orchestrator, &first, "one").await.is_accepted());
        let verdict = claim(orchestrator, &other, "one").await;
        let Verdict::Reject { state, .. } = verdict else { panic!("{verdict:?}") };
        assert_eq!(state.state_name, expected);
        if collision == CollisionStrategy::Enqueue {
            assert_eq!(state.due, Some(now() + Duration::from_secs(30)));
            tokio::time::advance(Duration::from_secs(30)).await;
            assert!(propose(orchestrator, &first, StateName::Completed).await.is_accepted());
            assert!(claim(orchestrator, &other, "one").await.is_accepted());
        }
    }
}
