//! Flow runs that leave their process while they wait for somebody. Time is virtual, and goes on only where a test says
//! so.

mod leaving;
mod resuming;

use std::sync::{LazyLock, Mutex};
use std::time::Duration;

use autotune::flow_run::FlowRun;
use autotune::orchestrator::OrchestratorError;
use autotune::prelude::*;
use autotune::proposal::Verdict;
use autotune::registry::Registered;
use autotune::worker::{Ended, Handle, Stop};
use autotune::{FlowDeployment, Registry, StateType, deploy, flow_runs, suspend};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::task::{JoinHandle, yield_now};

use crate::worker::World;

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Approval {
    /// Whether it may be published.
    approved: bool,
    #[serde(default)]
    copies: u8,
}

/// What was done, in order.
static DONE: LazyLock<Mutex<Vec<String>>> = LazyLock::new(Mutex::default);

fn done(what: impl Into<String>) {
    DONE.lock().expect("no panic").push(what.into());
}

fn all_done_of(page: &str) -> Vec<String> {
    let done = DONE.lock().expect("no panic");
    done.iter().filter(|what| what.ends_with(page)).cloned().collect()
}

/// A worker that is at work, until it is told to stop.
struct AtWork(Handle, JoinHandle<Ended>);

impl AtWork {
    async fn stop(self) -> Ended {
        self.0.stop(Stop::Drain);
        // Time goes on by itself where everything only waits.
        while !self.1.is_finished() {
            yield_now().await;
        }
        self.1.await.expect("it ends")
    }

    /// Stops when something has happened.
    async fn stop_after<T>(self, what: impl Future<Output = T>) -> T {
        let happened = what.await;
        self.stop().await;
        happened
    }
}

/// A deployment of one of these flows, and one run of it.
struct Asked {
    world: World,
    flow: Registered,
    run: FlowRun,
}

impl Asked {
    async fn of(deployment: FlowDeployment) -> Self {
        let world = World::new();
        let run = world.ask(&deployment, &[]).await;
        Asked { world, flow: deployment.flow(), run }
    }

    fn worker(&self, name: &str) -> AtWork {
        let registry = Registry::new().with(self.flow);
        let (handle, worker) = self.world.worker_of(registry, name, None);
        AtWork(handle, worker)
    }

    /// The run, once a worker has suspended it.
    async fn suspended(&self) -> FlowRun {
        let run = self.world.is_in(self.run.id, StateType::Paused).await;
        assert_eq!(run.state.state_name, "Suspended");
        // Until its thread is gone as well.
        while flow_runs::find(self.run.id).is_some() {
            yield_now().await;
        }
        run
    }

    async fn resume(&self, key: Option<&str>, input: Option<Value>) -> Result<Verdict, OrchestratorError> {
        self.world.orchestrator.resume(self.run.id, key, input).await
    }

    /// Resumes it, some time later, and lets the workers look again.
    async fn resumed(&self, input: Option<Value>) {
        tokio::time::advance(Duration::from_secs(1)).await;
        let verdict = self.resume(None, input).await.expect("it fits");
        assert!(verdict.is_accepted(), "{verdict:?}");
        tokio::time::advance(Duration::from_secs(3)).await;
    }

    async fn completed(&self) -> FlowRun {
        self.world.is_in(self.run.id, StateType::Completed).await
    }

    async fn states(&self) -> Vec<String> {
        let states = self.world.orchestrator.states(self.run.id).await.expect("read");
        states.into_iter().map(|state| state.state_name).collect()
    }
}

fn refusal(verdict: Result<Verdict, OrchestratorError>) -> String {
    match verdict {
        Ok(Verdict::Reject { reason, .. }) => reason,
        Ok(other) => panic!("{other:?}"),
        Err(error) => error.to_string(),
    }
}

#[task(persist_result)]
async fn draft(page: String) -> anyhow::Result<String> {
    yield_now().await;
    done(format!("drafted {page}"));
    Ok(format!("draft of {page}"))
}

#[flow]
async fn publish(page: String) -> anyhow::Result<String> {
    let draft = draft(page.clone()).await?;
    let approval = suspend().key("approve").timeout(Duration::from_mins(5)).for_input::<Approval>().await?;
    anyhow::ensure!(approval.approved, "nobody wants it");
    done(format!("published {} copies of {page}", approval.copies));
    Ok(draft)
}

fn publication(page: &str) -> FlowDeployment {
    deploy(publish, "by-hand").parameter("page", page).expect("it fits")
}
