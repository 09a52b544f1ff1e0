//! Which run comes first.

use std::time::Duration;

use autotune::StateName;
use autotune_runtime::flow_run::{FlowRun, NewFlowRun};
use autotune_runtime::orchestrator::Orchestrator;
use autotune_runtime::proposal::Verdict;
use autotune_runtime::work_pool::{NewWorkQueue, WorkPoolPatch, WorkQueuePatch};

use super::{Place, claim, due};

async fn in_queue(orchestrator: &dyn Orchestrator, queue: &str) -> FlowRun {
    let mut run = NewFlowRun::of("nightly");
    run.state = StateName::Scheduled;
    run.queue = Some(("default".to_owned(), queue.to_owned()));
    orchestrator.create_flow_run(run).await.expect("a run")
}

async fn queues_of(orchestrator: &dyn Orchestrator, limit: u32) -> Vec<String> {
    let runs = due(orchestrator, limit).await;
    runs.into_iter().filter_map(|run| run.queue).map(|(_, queue)| queue).collect()
}

async fn urgent(orchestrator: &dyn Orchestrator, limit: Option<u32>) {
    let mut queue = NewWorkQueue::new("urgent");
    queue.priority = Some(1);
    queue.concurrency_limit = limit;
    orchestrator.create_work_queue(queue).await.expect("a queue");
}

// DEQ-03
#[tokio::test(start_paused = true)]
async fn the_first_queue_comes_first_whatever_has_waited_longer() {
    let place = Place::new();
    let orchestrator = &*place.handle();
    urgent(orchestrator, None).await;
    let priorities = orchestrator.work_queues(None).await.expect("read");
    let priorities: Vec<_> = priorities.iter().map(|queue| (queue.name.as_str(), queue.priority)).collect();
    assert_eq!(priorities, [("urgent", 1), ("default", 2)]);
    in_queue(orchestrator, "default").await;
    tokio::time::advance(Duration::from_secs(5)).await;
    in_queue(orchestrator, "urgent").await;
    in_queue(orchestrator, "urgent").await;
    assert_eq!(queues_of(orchestrator, 10).await, ["urgent", "urgent", "default"]);
    assert_eq!(queues_of(orchestrator, 1).await, ["urgent"]);
}

// DEQ-04
#[tokio::test(start_paused = true)]
async fn all_runs_of_a_queue_come_before_those_of_the_next() {
    let place = Place::new();
    let orchestrator = &*place.handle();
    let names = ["urgent", "usual", "idle"];
    for (name, priority) in names.into_iter().zip(1..) {
        let mut queue = NewWorkQueue::new(name);
        queue.priority = Some(priority);
        orchestrator.create_work_queue(queue).await.expect("a queue");
    }
    // Those of the last queue have waited the longest.
    for queue in ["idle", "usual", "urgent", "idle", "usual", "urgent"] {
        in_queue(orchestrator, queue).await;
        tokio::time::advance(Duration::from_secs(5)).await;
    }
    let expected = ["urgent", "urgent", "usual", "usual", "idle", "idle"];
    assert_eq!(queues_of(orchestrator, 10).await, expected);
    assert_eq!(queues_of(orchestrator, 3).await, expected[..3]);
}

#[tokio::test(start_paused = true)]
async fn limits_of_queue_and_pool_leave_room_for_what_they_say() {
    let place = Place::new();
    let orchestrator = &*place.handle();
    urgent(orchestrator, Some(1)).await;
    let first = in_queue(orchestrator, "urgent").await;
    for queue in ["urgent", "default", "default"] {
        in_queue(orchestrator, queue).await;
    }
    assert_eq!(queues_of(orchestrator, 10).await, ["urgent", "default", "default"]);
    assert!(claim(orchestrator, &first, "one").await.is_accepted());
    assert_eq!(queues_of(orchestrator, 10).await, ["default", "default"]);
    let patch = WorkPoolPatch { concurrency_limit: Some(Some(2)), ..WorkPoolPatch::default() };
    orchestrator.change_work_pool("default", patch).await.expect("changed");
    assert_eq!(queues_of(orchestrator, 10).await, ["default"]);
}

#[tokio::test(start_paused = true)]
async fn of_two_workers_that_were_shown_the_last_place_one_gets_it() {
    let place = Place::new();
    let orchestrator = &*place.handle();
    urgent(orchestrator, Some(1)).await;
    let (first, second) = (in_queue(orchestrator, "urgent").await, in_queue(orchestrator, "urgent").await);
    assert!(claim(orchestrator, &first, "one").await.is_accepted());
    let Verdict::Wait { reason, .. } = claim(orchestrator, &second, "two").await else {
        panic!("there is no place");
    };
    assert_eq!(reason, "work queue `urgent` has as many runs as it allows");
    let patch = WorkPoolPatch { concurrency_limit: Some(Some(1)), ..WorkPoolPatch::default() };
    orchestrator.change_work_pool("default", patch).await.expect("changed");
    let elsewhere = in_queue(orchestrator, "default").await;
    let Verdict::Wait { reason, .. } = claim(orchestrator, &elsewhere, "two").await else {
        panic!("there is no place");
    };
    assert_eq!(reason, "work pool `default` has as many runs as it allows");
}

#[tokio::test(start_paused = true)]
async fn what_is_paused_gives_nothing() {
    let place = Place::new();
    let orchestrator = &*place.handle();
    urgent(orchestrator, None).await;
    in_queue(orchestrator, "urgent").await;
    in_queue(orchestrator, "default").await;
    let paused = WorkQueuePatch { paused: Some(true), ..WorkQueuePatch::default() };
    orchestrator.change_work_queue("default", "urgent", paused).await.expect("paused");
    assert_eq!(queues_of(orchestrator, 10).await, ["default"]);
    let paused = WorkPoolPatch { paused: Some(true), ..WorkPoolPatch::default() };
    orchestrator.change_work_pool("default", paused).await.expect("paused");
    assert_eq!(queues_of(orchestrator, 10).await, [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn what_waits_in_a_queue_that_is_removed_waits_in_the_default_one() {
    let place = Place::new();
    let orchestrator = &*place.handle();
    urgent(orchestrator, None).await;
    in_queue(orchestrator, "urgent").await;
    assert!(orchestrator.delete_work_queue("default", "urgent").await.expect("removed"));
    assert_eq!(queues_of(orchestrator, 10).await, ["default"]);
    assert!(orchestrator.delete_work_queue("default", "default").await.is_err());
    let unknown = orchestrator.work_queues(Some("nowhere")).await.expect_err("there is none");
    assert_eq!(unknown.to_string(), "there is no work pool `nowhere`; there is default");
}
