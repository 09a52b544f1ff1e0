//! What is known of a task or flow before it runs: one `static` per attribute.

use std::time::Duration;

use crate::hook::HookPoints;
use crate::retry::RetryDelay;

/// Whether a function is a task or a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A unit of work: retried, timed, cached and seen on its own.
    Task,
    /// A run of its own that calls tasks and other flows.
    Flow,
}

impl Kind {
    /// `"task"` or `"flow"`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Task => "task",
            Kind::Flow => "flow",
        }
    }
}

/// One parameter of an annotated function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// The parameter's name, as written.
    pub name: &'static str,
    /// The parameter's type, as written.
    pub type_name: &'static str,
    /// Whether it is `#[secret]`: its value then appears nowhere.
    pub secret: bool,
}

/// The static description of a task or flow, written by its attribute.
///
/// ```
/// # use autotune::prelude::*;
/// #[task(retries = 3)]
/// async fn load(url: &str) -> Result<usize, String> {
///     Ok(url.len())
/// }
///
/// let definition = load("http://x").definition();
/// assert_eq!((definition.name, definition.retries), ("load", 3));
/// ```
#[derive(Debug)]
pub struct Definition {
    /// Task or flow.
    pub kind: Kind,
    /// The option `name`; by default the function's own.
    pub name: &'static str,
    /// The function's name.
    pub function: &'static str,
    /// The module path of the function.
    pub module: &'static str,
    /// The source file.
    pub file: &'static str,
    /// The line of the attribute.
    pub line: u32,
    /// The option `description`; by default the doc comment.
    pub description: &'static str,
    /// The option `version`.
    pub version: Option<&'static str>,
    /// The option `tags`.
    pub tags: &'static [&'static str],
    /// The parameters, in order, without `self`.
    pub parameters: &'static [Parameter],
    /// How often a failed run is tried again.
    pub retries: u32,
    /// How long to wait before each retry.
    pub retry_delay: RetryDelay,
    /// How far a delay may be stretched at random: see [`crate::retry::jittered`].
    pub retry_jitter_factor: f64,
    /// How long each attempt may take.
    pub timeout: Option<Duration>,
    /// How long a cached result is valid; for ever where there is none.
    pub cache_expiration: Option<Duration>,
    /// A hash of the function's source, so that a changed body has other keys.
    pub source_hash: u64,
    /// Whether the key of a cached result holds the parameters of the flow run.
    pub flow_parameters: bool,
    /// Whether the result outlives the process, where the program keeps results.
    pub persist_result: bool,
    /// Whether the body runs on the pool of blocking threads.
    pub blocking: bool,
    /// Which hooks it has.
    pub hooks: HookPoints,
}

impl Definition {
    /// A task without options: what an attribute does not set.
    pub const TASK: Definition = Definition::of(Kind::Task);
    /// A flow without options: what an attribute does not set.
    pub const FLOW: Definition = Definition::of(Kind::Flow);

    const fn of(kind: Kind) -> Self {
        Definition {
            kind,
            name: "",
            function: "",
            module: "",
            file: "",
            line: 0,
            description: "",
            version: None,
            tags: &[],
            parameters: &[],
            retries: 0,
            retry_delay: RetryDelay::NONE,
            retry_jitter_factor: 0.0,
            timeout: None,
            cache_expiration: None,
            source_hash: 0,
            flow_parameters: false,
            persist_result: false,
            blocking: false,
            hooks: HookPoints::NONE,
        }
    }
}
