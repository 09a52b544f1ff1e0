//! Flow runs, and what they may become.

use serde_json::Value;

use super::Answer;
use crate::flow_run::{FlowRun, FlowRunFilter, NewFlowRun};
use crate::id::RunId;
use crate::proposal::{Proposal, Verdict};

/// Flow runs, and what they may become.
pub trait FlowRuns {
    /// Makes a flow run. One of the same idempotency key is given back as it is.
    fn create_flow_run(&self, run: NewFlowRun) -> Answer<'_, FlowRun>;

    /// The flow run of this id.
    fn flow_run(&self, id: RunId) -> Answer<'_, Option<FlowRun>>;

    /// The flow runs that a filter lets through, those that are expected latest first.
    fn flow_runs<'a>(&'a self, filter: &'a FlowRunFilter) -> Answer<'a, Vec<FlowRun>>;

    /// Asks whether a run may come into a state. The answer stands: where it is `Accept`, the run has come into it.
    fn propose(&self, id: RunId, proposal: Proposal) -> Answer<'_, Verdict>;

    /// Lets a flow run go on that is `Suspended`: that of the pause of this key, if one is named. It is `Resuming`, and
    /// due, once its input is kept.
    ///
    /// Input that does not fit what the run asks for is an
    /// [`InvalidInput`](super::OrchestratorError::InvalidInput), and the run stays as it is. A run that is not suspended,
    /// or whose time is up, is a `Reject`.
    fn resume<'a>(&'a self, id: RunId, key: Option<&'a str>, input: Option<Value>) -> Answer<'a, Verdict>;

    /// Removes a flow run, with all that is known of it; whether there was one.
    fn delete_flow_run(&self, id: RunId) -> Answer<'_, bool>;

    /// Leaves a value for a run under a key: the input that a pause asks for. The last one stands.
    fn put_input<'a>(&'a self, id: RunId, key: &'a str, value: Value) -> Answer<'a, ()>;

    /// What was left for a run under a key.
    fn input<'a>(&'a self, id: RunId, key: &'a str) -> Answer<'a, Option<Value>>;
}
