//! The run in which the code on this thread runs.

use std::cell::Cell;
use std::ptr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::definition::{Definition, Kind};
use crate::deployment::DeploymentId;
use crate::extras::Extras;
use crate::id::RunId;
use crate::key::{InputsKey, Lineage};
use crate::scope::Scope;
use crate::state::StateName;
use crate::surroundings::Surroundings;
use crate::trace;

/// A run's place among the others.
pub(crate) struct Node {
    pub(crate) definition: &'static Definition,
    /// The root run; none for a task outside of any flow that nobody records.
    pub(crate) scope: Option<Arc<Scope>>,
    pub(crate) extras: Option<Box<Extras>>,
    /// The number of the call within the root run; 0 is the root run itself.
    pub(crate) sequence: u32,
    /// The number of the run that made the call.
    pub(crate) parent: u32,
    /// The attempt, counted from 0.
    pub(crate) attempt: u32,
}

/// The root of the calls outside of any flow, where nobody records them.
static PROCESS: LazyLock<RunId> = LazyLock::new(RunId::new);

/// How many calls outside of any flow there were.
static ALONE: AtomicU32 = AtomicU32::new(0);

/// Stands for the run where there is none, but something is around the code.
static NOWHERE: Definition = Definition::TASK;

impl Node {
    /// A call made here and now: it belongs to the run in which it is made.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "a part of `Execution::new`")]
    pub(crate) fn here(definition: &'static Definition) -> Self {
        let (scope, parent, around) = place(|current| match current {
            Some(node) => (node.scope.clone(), node.sequence, node.surroundings().cloned()),
            None => (None, 0, None),
        });
        let extras =
            if around.is_some() || trace::is_traced() { Some(Extras::of_call(around)) } else { None };
        Node { definition, scope, extras, sequence: 0, parent, attempt: 0 }
    }

    /// The place where this code runs, with something else around it.
    pub(crate) fn surrounded(around: Arc<Surroundings>) -> Self {
        let mut node = place(|current| current.map(Node::detached)).unwrap_or(Node {
            definition: &NOWHERE,
            scope: None,
            extras: None,
            sequence: 0,
            parent: 0,
            attempt: 0,
        });
        node.extras().around = Some(around);
        node
    }

    /// What is around the code that runs here.
    #[inline]
    pub(crate) fn surroundings(&self) -> Option<&Arc<Surroundings>> {
        self.extras.as_ref().and_then(|extras| extras.around.as_ref())
    }

    fn is_run(&self) -> bool {
        !ptr::eq(self.definition, &raw const NOWHERE)
    }

    pub(crate) fn extras(&mut self) -> &mut Extras {
        self.extras.get_or_insert_default()
    }

    /// The number of a call outside of any flow.
    pub(crate) fn take_number_alone(&mut self) {
        self.sequence = ALONE.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
    }

    pub(crate) fn id(&self) -> RunId {
        self.id_of_call(self.sequence)
    }

    fn id_of_call(&self, sequence: u32) -> RunId {
        self.scope.as_ref().map_or_else(|| *PROCESS, |scope| scope.id()).of_call(sequence)
    }

    fn parent_id(&self) -> Option<RunId> {
        match (&self.scope, self.sequence, self.parent) {
            (Some(scope), 0, _) => scope.parent(),
            (None, _, 0) => None,
            (_, _, parent) => Some(self.id_of_call(parent)),
        }
    }

    /// The name of the run: the one it was given, or the definition's and the number of the call.
    pub(crate) fn name(&self) -> String {
        if let Some(name) = self.extras.as_ref().and_then(|extras| extras.name.clone()) {
            return name;
        }
        match &self.scope {
            Some(scope) if self.sequence == 0 => scope.name(),
            Some(_) => format!("{}-{}", self.definition.name, self.sequence),
            None => self.definition.name.to_owned(),
        }
    }

    /// The tags of the definition, of the call, and of what is around it; each once.
    pub(crate) fn tags(&self) -> Vec<String> {
        let mut tags: Vec<String> = self.definition.tags.iter().map(ToString::to_string).collect();
        for tag in self.extras.iter().flat_map(|extras| extras.all_tags()) {
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        tags
    }

    /// The flow run that waits for the end of this run; none for a flow that no other has called.
    pub(crate) fn awaited_by(&self) -> Option<&Arc<Scope>> {
        match self.definition.kind {
            Kind::Task => self.flow_run(),
            Kind::Flow => self.scope.as_ref()?.caller(),
        }
    }

    pub(crate) fn flow_run(&self) -> Option<&Arc<Scope>> {
        self.scope.as_ref().filter(|scope| scope.definition().kind == Kind::Flow)
    }

    /// The same place, for a body that runs on another thread.
    pub(crate) fn detached(&self) -> Node {
        let extras = self.extras.as_ref().map(|extras| {
            Box::new(Extras {
                name: extras.name.clone(),
                tags: extras.tags.clone(),
                around: extras.around.clone(),
                ..Extras::default()
            })
        });
        Node { scope: self.scope.clone(), extras, ..*self }
    }
}

thread_local! {
    static CURRENT: Cell<*const Node> = const { Cell::new(ptr::null()) };
}

/// Makes `node` the current run while `body` runs.
#[inline]
pub(crate) fn enter<R>(node: &Node, body: impl FnOnce() -> R) -> R {
    /// Puts the outer run back, also when the body panics.
    struct Leave(*const Node);
    impl Drop for Leave {
        #[inline]
        fn drop(&mut self) {
            CURRENT.set(self.0);
        }
    }
    let _leave = Leave(CURRENT.replace(node));
    body()
}

/// Hands the current run to `read`.
#[inline]
pub(crate) fn with<R>(read: impl FnOnce(Option<&Node>) -> R) -> R {
    place(|node| read(node.filter(|node| node.is_run())))
}

/// Hands the place in which this code runs to `read`: a run, or what is around code outside of any.
#[inline]
#[expect(
    unsafe_code,
    reason = "a pointer costs nothing per poll; cloning an `Arc` into the thread instead costs about 10 ns of a 45 ns call"
)]
pub(crate) fn place<R>(read: impl FnOnce(Option<&Node>) -> R) -> R {
    let current = CURRENT.get();
    // SAFETY: only `enter` sets the pointer, to a reference that it borrows until it has put the former
    // one back; so as long as it is readable here, the `&Node` it came from lives further up the stack.
    read(unsafe { current.as_ref() })
}

impl InputsKey {
    /// Adds the flow run in which this code runs. Outside of any, each call is on its own.
    #[must_use]
    pub fn run_id(self) -> Self {
        let flow_run = with(|node| node.and_then(|node| node.flow_run().map(|flow| flow.lineage())));
        self.run(flow_run.unwrap_or_else(|| Lineage::of_root(RunId::new())))
    }

    /// Adds the parameters of the flow run in which this code runs. Where one of them is known by its type only, and
    /// outside of any flow, the run itself is added instead.
    #[must_use]
    pub fn flow_parameters(self) -> Self {
        let parameters = with(|node| node?.flow_run()?.parameters().cloned());
        match parameters {
            Some(parameters) if parameters.values().all(|value| !is_placeholder(value)) => {
                self.input("flow parameters", &parameters)
            }
            _ => self.run_id(),
        }
    }
}

/// Whether the value stands for one that neither has JSON nor can be shown.
fn is_placeholder(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.starts_with('<') && text.ends_with('>'))
}

/// The current run: what code inside a task or a flow can know of it.
///
/// ```
/// # use autotune::prelude::*;
/// #[task]
/// async fn load(url: &str) -> usize {
///     if let Some(run) = autotune::run() {
///         info!("attempt {} of {}", run.run_count(), run.name());
///     }
///     url.len()
/// }
/// ```
#[derive(Debug, Clone)]
#[expect(clippy::struct_field_names, reason = "`run_count` and `flow_run` are Prefect's words")]
pub struct Run {
    id: RunId,
    name: String,
    definition: &'static Definition,
    tags: Vec<String>,
    run_count: u32,
    flow_run: Option<Arc<Scope>>,
    parent: Option<RunId>,
}

/// The run in which this code runs; `None` outside of any.
///
/// Code in `tokio::spawn(async { .. })` is outside, as it is for `tracing`'s
/// spans; the calls of tasks and flows made inside are not.
#[must_use]
pub fn run() -> Option<Run> {
    with(|node| node.map(Run::of))
}

impl Run {
    pub(crate) fn of(node: &Node) -> Self {
        Run {
            id: node.id(),
            name: node.name(),
            definition: node.definition,
            tags: node.tags(),
            run_count: node.attempt + 1,
            flow_run: node.flow_run().map(Arc::clone),
            parent: node.parent_id(),
        }
    }

    /// The id of the task run or flow run.
    #[must_use]
    pub fn id(&self) -> RunId {
        self.id
    }

    /// The name of this run, as opposed to that of its definition.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The task or flow.
    #[must_use]
    pub fn definition(&self) -> &'static Definition {
        self.definition
    }

    /// The tags of the definition and those of the call.
    #[must_use]
    pub fn tags(&self) -> &[String] {
        &self.tags
    }

    /// Which attempt this is, counted from 1.
    #[must_use]
    pub fn run_count(&self) -> u32 {
        self.run_count
    }

    /// The run that made this call; `None` for one made outside of any run.
    #[must_use]
    pub fn parent_id(&self) -> Option<RunId> {
        self.parent
    }

    /// The deployment that the flow run is one of, where a worker runs it; `None` for a subflow, and for what is called.
    #[must_use]
    pub fn deployment_id(&self) -> Option<DeploymentId> {
        self.flow_run.as_ref().and_then(|flow_run| flow_run.deployment())
    }

    /// The flow run that this is, or belongs to; `None` for a task outside of any flow.
    #[must_use]
    pub fn flow_run(&self) -> Option<FlowRunInfo> {
        self.flow_run.clone().map(FlowRunInfo)
    }
}

/// A flow run of this process.
#[derive(Debug, Clone)]
pub struct FlowRunInfo(pub(crate) Arc<Scope>);

impl FlowRunInfo {
    /// The id of the flow run.
    #[must_use]
    pub fn id(&self) -> RunId {
        self.0.id()
    }

    /// The name of this run, as opposed to that of the flow.
    #[must_use]
    pub fn name(&self) -> String {
        self.0.name()
    }

    /// The flow.
    #[must_use]
    pub fn definition(&self) -> &'static Definition {
        self.0.definition()
    }

    /// The parameters of the run, secrets hidden. They are kept only while runs are recorded.
    #[must_use]
    pub fn parameters(&self) -> Option<&Map<String, Value>> {
        self.0.parameters()
    }

    /// The state that the run is in.
    #[must_use]
    pub fn state_name(&self) -> StateName {
        self.0.control().state()
    }

    /// When the run began.
    #[must_use]
    pub fn start_time(&self) -> Timestamp {
        self.0.created().timestamp()
    }

    /// The deployment that the run is one of, where a worker runs it; `None` for a subflow, and for what is called.
    #[must_use]
    pub fn deployment_id(&self) -> Option<DeploymentId> {
        self.0.deployment()
    }

    /// For a subflow: the run that called it.
    #[must_use]
    pub fn parent_id(&self) -> Option<RunId> {
        self.0.parent()
    }
}
