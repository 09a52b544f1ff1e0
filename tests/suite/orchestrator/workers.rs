//! Claims, and what becomes of the runs of a worker that is gone.

use std::collections::HashMap;
use std::time::Duration;

use autotune::{StateName, StateType};
use autotune_runtime::deployment::{DeploymentRun, NewDeployment};
use autotune_runtime::worker_record::Heartbeat;

use super::{Place, claim, due, present, propose, scheduled};

const EVERY: Duration = Duration::from_secs(10);

#[tokio::test(start_paused = true)]
async fn of_two_workers_one_gets_a_run() {
    let place = Place::new();
    let (one, other) = (place.handle(), place.handle());
    let run = scheduled(&*one).await;
    assert!(claim(&*one, &run, "one").await.is_accepted());
    assert!(!claim(&*other, &run, "other").await.is_accepted());
    assert_eq!(present(&*other, &run).await.worker.as_deref(), Some("one"));
    assert!(due(&*other, 10).await.is_empty());
}

#[test]
fn two_workers_that_race_for_hundreds_of_runs_get_each_run_once() {
    const RUNS: usize = 300;
    let place = Place::new();
    let block_on = |future: std::pin::Pin<Box<dyn Future<Output = Vec<String>> + '_>>| {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime")
            .block_on(future)
    };
    block_on(Box::pin(async {
        let orchestrator = place.handle();
        for _ in 0..RUNS {
            scheduled(&*orchestrator).await;
        }
        Vec::new()
    }));
    let claimed: Vec<String> = std::thread::scope(|scope| {
        let workers = ["one", "other"].map(|worker| {
            let place = &place;
            scope.spawn(move || {
                block_on(Box::pin(async move {
                    let orchestrator = place.handle();
                    let mut mine = Vec::new();
                    loop {
                        let runs = due(&*orchestrator, 20).await;
                        if runs.is_empty() {
                            return mine;
                        }
                        for run in runs {
                            if claim(&*orchestrator, &run, worker).await.is_accepted() {
                                mine.push(run.id.to_string());
                            }
                        }
                    }
                }))
            })
        });
        workers.into_iter().flat_map(|worker| worker.join().expect("it ends")).collect()
    });
    let mut times: HashMap<&String, u32> = HashMap::new();
    for id in &claimed {
        *times.entry(id).or_default() += 1;
    }
    assert_eq!((claimed.len(), times.len()), (RUNS, RUNS));
}

#[tokio::test(start_paused = true)]
async fn a_worker_hears_what_to_cancel_and_what_is_lost() {
    let place = Place::new();
    let orchestrator = &*place.handle();
    let (mine, gone) = (scheduled(orchestrator).await, scheduled(orchestrator).await);
    for run in [&mine, &gone] {
        assert!(claim(orchestrator, run, "one").await.is_accepted());
        assert!(propose(orchestrator, run, StateName::Running).await.is_accepted());
    }
    let mut heartbeat = Heartbeat::new("one", "default", EVERY);
    heartbeat.runs = vec![mine.id, gone.id];
    assert_eq!(orchestrator.heartbeat(&heartbeat).await.expect("orders"), autotune_orders());
    assert!(propose(orchestrator, &mine, StateName::Cancelling).await.is_accepted());
    assert!(orchestrator.delete_flow_run(gone.id).await.expect("removed"));
    let orders = orchestrator.heartbeat(&heartbeat).await.expect("orders");
    assert_eq!((orders.cancel, orders.lost), (vec![mine.id], vec![gone.id]));
}

fn autotune_orders() -> autotune_runtime::worker_record::Orders {
    autotune_runtime::worker_record::Orders::default()
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_is_silent_for_three_intervals_is_dead_and_its_runs_have_crashed() {
    let place = Place::new();
    let orchestrator = &*place.handle();
    let run = scheduled(orchestrator).await;
    let heartbeat = Heartbeat::new("one", "default", EVERY);
    orchestrator.heartbeat(&heartbeat).await.expect("orders");
    assert!(claim(orchestrator, &run, "one").await.is_accepted());
    assert_eq!(orchestrator.runs_of("one").await.expect("read"), [run.id]);
    tokio::time::advance(3 * EVERY).await;
    assert_eq!(orchestrator.tend().await.expect("tended").crashed, 0);
    tokio::time::advance(Duration::from_millis(1)).await;
    assert_eq!(orchestrator.tend().await.expect("tended").crashed, 1);
    assert_eq!(orchestrator.tend().await.expect("tended").crashed, 0);
    let run = present(orchestrator, &run).await;
    assert_eq!(run.state.state_type, StateType::Crashed);
    assert!(run.state.message.is_some_and(|message| message.contains("worker `one` was last heard of")));
    let workers = orchestrator.workers().await.expect("read");
    assert_eq!((workers.len(), workers[0].is_online, workers[0].running), (1, false, 0));
}

#[tokio::test(start_paused = true)]
async fn a_run_of_a_deployment_is_tried_three_times_more_when_its_worker_is_gone() {
    let place = Place::new();
    let orchestrator = &*place.handle();
    let deployment = orchestrator.apply(NewDeployment::new("nightly", "here")).await.expect("a deployment");
    let run = orchestrator.run_deployment(deployment.id, DeploymentRun::default()).await.expect("a run");
    for attempt in 0..4 {
        let found = due(orchestrator, 10).await;
        assert_eq!(found.iter().map(|run| run.id).collect::<Vec<_>>(), [run.id], "attempt {attempt}");
        assert!(claim(orchestrator, &run, "one").await.is_accepted());
        orchestrator.heartbeat(&Heartbeat::new("one", "default", EVERY)).await.expect("orders");
        assert!(propose(orchestrator, &run, StateName::Running).await.is_accepted());
        tokio::time::advance(4 * EVERY).await;
        assert_eq!(orchestrator.tend().await.expect("tended").crashed, 1);
    }
    let run = present(orchestrator, &run).await;
    assert_eq!((run.state.state_name.as_str(), run.run_count), ("Crashed", 4));
    assert!(due(orchestrator, 10).await.is_empty());
}
