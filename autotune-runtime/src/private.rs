//! Not public API: what the expansion of the attributes refers to.

use std::sync::LazyLock;

pub use std::boxed::Box;
pub use std::format;
pub use std::future::Future;
pub use std::option::Option::{self, None, Some};
pub use std::result::Result::{self, Err, Ok};
pub use std::string::String;
pub use std::time::Duration;
pub use std::vec::Vec;

pub use {garde, inventory, schemars, serde};

pub use tracing as __tracing;

pub use crate::body::{BoxBody, Many, Once, RetryBody, TaskBody, clone_argument};
pub use crate::call::{FlowCall, StartOptions, TaskCall};
pub use crate::definition::{Definition, Kind, Parameter};
pub use crate::flow::{
    CaptureDebug, CaptureJson, CaptureName, Captured, Field, FieldFromJson, FieldNotFromJson, FlowParameters,
    FlowRun, OutputOpaqueJson, OutputOpaqueText, OutputPlainJson, OutputPlainText, OutputResultJson,
    OutputResultText, outcome, parameters, redacted,
};
pub use crate::hook::{HookPoint, HookPoints};
pub use crate::hooks::{
    HookDone, HookFailed, HookResult, Hooks, Returned, ReturnedFuture, ReturnedValue, call_hook, spawn_hooks,
};
pub use crate::interrupted::InvalidParameters;
pub use crate::key::{InputsKey, Key, expression_key, template_key};
pub use crate::output::{
    CachePlain, CacheResult, InterruptFrom, InterruptNever, OpsOfDebug, OpsOfDisplay, OpsOfOpaque,
    OpsOfPlain, OpsOfStates, Probe, cached, check, error_matches, interrupts, needs_result, persisted,
    probe_of, probe_value,
};
pub use crate::registry::{Entry, EntryOf, EntryRefused, EntryStartable, RegisteredFlow, RegisteredTask};
pub use crate::retry::RetryDelay;
pub use crate::transaction::staged;

#[cfg(feature = "testing")]
use crate::surroundings;
use crate::{call::Call, context, scope, trace};

#[cfg(feature = "testing")]
pub use stubs::*;

/// What tests need of the expansion. Without the feature `testing` it is nothing.
#[cfg(feature = "testing")]
mod stubs {
    pub use crate::testing::capture::{
        ArgumentBorrowed, ArgumentOwned, ArgumentUnseen, OutputBorrowed, OutputOwned, TypeIn, stub_next_call,
    };
    pub use crate::testing::run as run_test;

    /// Takes copies of the arguments, if the call is to be stubbed.
    #[doc(hidden)]
    #[macro_export]
    macro_rules! __autotune_stub_arguments {
        ($($(#[$cfg:meta])* $argument:ident: $ty:tt,)*) => {
            #[allow(clippy::no_effect_underscore_binding, clippy::used_underscore_binding)]
            {
                $crate::private::stub_next_call(&|| (), || {
                    [$($(#[$cfg])* $crate::private::stub_argument!($argument: $ty)),*]
                });
            }
        };
    }

    #[doc(hidden)]
    #[macro_export]
    macro_rules! __autotune_stub_argument {
        ($argument:ident: _) => {
            $crate::private::None
        };
        ($argument:ident: ($ty:ty)) => {{
            #[allow(unused_imports)]
            use $crate::private::{ArgumentBorrowed as _, ArgumentOwned as _, ArgumentUnseen as _};
            (&&&$crate::private::TypeIn::<fn($ty)>::new()).copy(&$argument)
        }};
    }

    /// Tells the engine how a stub gives an output.
    #[doc(hidden)]
    #[macro_export]
    macro_rules! __autotune_stub_output {
        ($ops:ident: $ty:ty) => {
            $ops.stub = {
                #[allow(unused_imports)]
                use $crate::private::{OutputBorrowed as _, OutputOwned as _};
                (&$crate::private::TypeIn::<fn($ty)>::new()).ask()
            };
        };
    }
}

#[cfg(not(feature = "testing"))]
mod stubs {
    #[doc(hidden)]
    #[macro_export]
    macro_rules! __autotune_stub_arguments {
        ($($ignored:tt)*) => {};
    }

    #[doc(hidden)]
    #[macro_export]
    macro_rules! __autotune_stub_argument {
        ($($ignored:tt)*) => {};
    }

    #[doc(hidden)]
    #[macro_export]
    macro_rules! __autotune_stub_output {
        ($($ignored:tt)*) => {};
    }
}

pub use crate::{
    __autotune_stub_argument as stub_argument, __autotune_stub_arguments as stub_arguments,
    __autotune_stub_output as stub_output,
};

/// A call of a task.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a copy of a call costs as much as polling it")]
pub fn task_call<B: TaskBody>(definition: &'static Definition, body: B) -> TaskCall<B> {
    Call::new(definition, body, None)
}

/// A call of a task whose result is kept under a key.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a copy of a call costs as much as polling it")]
pub fn keyed_task_call<B: TaskBody>(definition: &'static Definition, body: B, key: Key) -> TaskCall<B> {
    Call::new(definition, body, Some(key))
}

/// A call of a flow with the parameters `P`.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a copy of a call costs as much as polling it")]
pub fn flow_call<B: TaskBody, P>(definition: &'static Definition, body: B) -> FlowCall<B, P> {
    Call::new(definition, body, None)
}

/// Whether the flow runs that begin now need their parameters: for their record, or for the keys of results.
#[inline]
#[must_use]
pub fn recording() -> bool {
    scope::is_recorded() || *FLOW_PARAMETERS
}

/// Whether a task of this program has the cache policy `FLOW_PARAMETERS`.
static FLOW_PARAMETERS: LazyLock<bool> = LazyLock::new(|| {
    inventory::iter::<RegisteredTask>.into_iter().any(|RegisteredTask(task)| task.flow_parameters)
});

/// Whether anybody would see the name of a run that begins here.
#[inline]
#[must_use]
pub fn observed() -> bool {
    scope::is_recorded() || trace::is_traced()
}

/// Stands for a `#[secret]` parameter where keys and names are made: it can
/// neither be shown nor hashed.
#[derive(Debug)]
pub struct SecretParameter;

/// Runs a body on the pool of blocking threads, inside the run that awaits it.
///
/// A thread cannot be stopped: where the run is dropped or out of time, nobody
/// waits for the body any more, but it goes on to its end.
pub async fn blocking<R: Send + 'static>(body: impl FnOnce() -> R + Send + 'static) -> R {
    let node = context::with(|node| node.map(context::Node::detached));
    let span = tracing::Span::current();
    // The subscriber of a test is that of its thread.
    #[cfg(feature = "testing")]
    let subscriber =
        surroundings::are_observed().then(|| tracing::dispatcher::get_default(tracing::Dispatch::clone));
    let on_thread = move || {
        #[cfg(feature = "testing")]
        let _subscriber = subscriber.as_ref().map(tracing::dispatcher::set_default);
        match node {
            Some(node) => context::enter(&node, || span.in_scope(body)),
            None => span.in_scope(body),
        }
    };
    match tokio::task::spawn_blocking(on_thread).await {
        Ok(output) => output,
        Err(error) => match error.try_into_panic() {
            Ok(payload) => std::panic::resume_unwind(payload),
            // The runtime is shutting down and did not start the body: nobody will poll this again.
            Err(_) => std::future::pending().await,
        },
    }
}

/// The options of `#[task]` and `#[flow]`, for editors to complete and explain.
pub mod options {
    macro_rules! options {
        ($($(#[$doc:meta])* $name:ident)*) => {
            $($(#[$doc])* pub fn $name() {})*
        };
    }

    options! {
        /// `name = "load-data"`: what the task or flow is called. Default: the function's name.
        name
        /// `description = "…"`: what it is for. Default: the doc comment.
        description
        /// `version = "1.0.0"`: recorded with each run.
        version
        /// `tags = ["io", "nightly"]`: recorded with each run.
        tags
        /// `task_run_name = "load {url}"`: the name of each run, over the parameters.
        task_run_name
        /// `flow_run_name = "nightly {days}"`: the name of each run, over the parameters.
        flow_run_name
        /// `retries = 3`: how often to try again after an `Err`. The arguments must be `Clone`.
        retries
        /// `retry_delay = "10s"`, `["1s", "5s"]` or `exponential("1s", max = "1m")`: the wait before each retry.
        retry_delay
        /// `retry_jitter_factor = 0.5`: stretches each delay at random, and keeps its mean.
        retry_jitter_factor
        /// `retry_condition = |error| error.is_transient()`: which errors are worth another attempt.
        retry_condition
        /// `timeout = "5m"`: how long each attempt may take. The error must be `From<autotune::Interrupted>`.
        timeout
        /// `cache_key = "{url}_{days}"` or `(url, days)`: calls with an equal key share one result.
        cache_key
        /// `cache_policy = INPUTS + TASK_SOURCE - "token"`: what the key of a result is made of.
        cache_policy
        /// `cache_expiration = "1h"`: how long a result is valid. Without `cache_key`: cached on all inputs.
        cache_expiration
        /// `persist_result`: the result outlives the process, so that a run that is resumed has it.
        persist_result
        /// `on_failure = notify`, or a list: called as `notify(&run, &state)` when the run has failed for good.
        on_failure
        /// `on_completion = notify`: called when the run has a result.
        on_completion
        /// `on_running = notify`: called before each attempt.
        on_running
        /// `on_crashed = notify`: called when the body has panicked.
        on_crashed
        /// `on_cancellation = notify`: called when the run was cancelled before its end.
        on_cancellation
        /// `on_commit = publish`: called as `publish(&transaction, &value)` when the transaction is committed.
        on_commit
        /// `on_rollback = undo`: called as `undo(&transaction, &value)` when the transaction is rolled back.
        on_rollback
        /// `blocking`: runs a function that is not `async` on the pool of blocking threads.
        blocking
        /// `boxed`: gives the call a type that can be named, for recursion and objects.
        boxed
        /// `params = NightlyParameters`: names the type of the flow's parameters.
        params
        /// `assoc`: for a flow that is an associated function without `self`.
        assoc
    }
}
