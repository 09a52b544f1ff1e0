//! What tests share: the recorded history of a run, by its name, and a process for a test alone.

use std::collections::HashMap;
use std::process::Command;
use std::sync::{LazyLock, Mutex, MutexGuard, Once};

use autotune::event::{Event, Root};
use autotune::moment::Moment;
use autotune::recorder;
use autotune::{RunId, StateName};
use serde_json::{Map, Value};
use tracing::dispatcher::{DefaultGuard, Dispatch};
use tracing_subscriber::util::SubscriberInitExt;

/// What was recorded of one root run.
#[derive(Debug, Clone, Default)]
pub(crate) struct History {
    pub(crate) id: Option<RunId>,
    pub(crate) parent: Option<RunId>,
    pub(crate) parameters: Option<Map<String, Value>>,
    pub(crate) tags: Vec<String>,
    pub(crate) states: Vec<Seen>,
    pub(crate) logs: Vec<String>,
    pub(crate) artifacts: Vec<String>,
    /// The messages of tasks at INFO, each behind the number of its call.
    pub(crate) logs_of: Vec<(u32, String)>,
}

/// A recorded state.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) sequence: u32,
    pub(crate) parent: u32,
    pub(crate) definition: &'static str,
    pub(crate) run: Option<String>,
    pub(crate) state: StateName,
    pub(crate) message: Option<String>,
    pub(crate) started: Moment,
    pub(crate) at: Moment,
}

/// Shows a test what its own thread logs, until the guard is dropped.
///
/// `tracing` keeps for every callsite whether anybody listens, and asks the thread that comes by first: a test without
/// a subscriber would silence the callsite for all. So every thread has one, which keeps nothing.
pub(crate) fn listen(subscriber: impl Into<Dispatch>) -> DefaultGuard {
    static EVERYWHERE: Once = Once::new();
    EVERYWHERE.call_once(|| tracing_subscriber::registry().init());
    tracing::dispatcher::set_default(&subscriber.into())
}

/// What tells the process that a test has started from the one that it starts.
const CHILD: &str = "AUTOTUNE_TEST_IN_A_PROCESS_OF_ITS_OWN";

/// Runs the body of a test in a process of its own, with these variables in its environment.
///
/// `test` is the name of the test that calls this, as `cargo test` shows it: it is what the child runs, and the
/// child is where this calls the body.
pub(crate) fn in_a_process_of_its_own(test: &str, environment: &[(&str, &str)], body: impl AsyncFnOnce()) {
    if is_in_a_process_of_its_own() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        return runtime.block_on(body());
    }
    let this = std::env::current_exe().expect("a test is a program");
    let mut child = Command::new(this);
    child.args(["--exact", test, "--nocapture"]).env(CHILD, "yes").envs(environment.iter().copied());
    let ended = child.output().expect("the test starts again");
    let said = [ended.stdout, ended.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(ended.status.success() && said.contains("1 passed"), "in a process of its own:\n{said}");
}

/// Whether this is the process that [`in_a_process_of_its_own`] has started.
pub(crate) fn is_in_a_process_of_its_own() -> bool {
    std::env::var_os(CHILD).is_some()
}

static HISTORIES: LazyLock<Mutex<HashMap<String, History>>> = LazyLock::new(Mutex::default);

fn histories() -> MutexGuard<'static, HashMap<String, History>> {
    HISTORIES.lock().expect("no test panics while it holds the lock")
}

/// Records the runs that begin from now on.
pub(crate) fn record() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| recorder::install(keep).expect("the only recorder of this process"));
}

fn keep(root: &Root, events: Vec<Event>) {
    let mut histories = histories();
    let history = histories.entry(root.name.clone()).or_default();
    history.id = Some(root.id);
    history.parent = root.parent;
    history.parameters.clone_from(&root.parameters);
    history.tags.clone_from(&root.tags);
    for event in events {
        match event {
            Event::State(event) => {
                let detail = event.detail.unwrap_or_default();
                history.states.push(Seen {
                    sequence: event.sequence,
                    parent: event.parent,
                    definition: event.definition.name,
                    run: detail.name,
                    state: event.state,
                    message: detail.message,
                    started: event.started,
                    at: event.at,
                });
            }
            Event::Artifact(event) => {
                let artifact = event.artifact;
                let key = artifact.its_key().map(ToString::to_string).unwrap_or_default();
                history.artifacts.push(format!(
                    "{} {} {key}: {}",
                    event.sequence,
                    artifact.kind().as_str(),
                    artifact.data()
                ));
            }
            Event::Log(log) => {
                history.logs.push(format!("{} {}", log.level, log.message));
                if log.sequence > 0 && log.level == tracing::Level::INFO {
                    history.logs_of.push((log.sequence, log.message));
                }
            }
            _ => {}
        }
    }
}

/// What was recorded of the root run of this name.
pub(crate) async fn history(name: &str) -> History {
    recorder::flush().await;
    histories().get(name).cloned().unwrap_or_default()
}

impl History {
    /// The states, each behind the name of its task or flow.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.states.iter().map(|seen| format!("{} {}", seen.definition, seen.state)).collect()
    }

    /// The states of one task or flow.
    pub(crate) fn of(&self, definition: &str) -> Vec<StateName> {
        let seen = self.states.iter().filter(|seen| seen.definition == definition);
        seen.map(|seen| seen.state).collect()
    }
}
