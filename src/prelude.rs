//! What a file with tasks and flows uses: `use autotune::prelude::*;`

pub use autotune_runtime::deploy::Deploy as _;
pub use autotune_runtime::future::SubmitAll as _;
pub use autotune_runtime::private::__tracing::{debug, error, info, trace, warn};

pub use crate::{Interrupted, State, StateName, TaskFuture, flow, task};
