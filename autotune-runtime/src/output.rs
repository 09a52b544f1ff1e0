//! What the engine must know of a function's output, found by the attributes
//! where the type is concrete.
//!
//! The expansion calls methods on a [`Probe`] of the output type, through as
//! many references as there are cases: method resolution then picks the most
//! special one that applies. So no bound falls on a function that does not use a
//! feature.

mod keep;

use std::fmt::{Debug, Display};
use std::future::Future;
use std::marker::PhantomData;

use crate::hooks::Hooks;
use crate::interrupted::{Interrupted, InvalidParameters};
use crate::state::{Conclusion, ReturnedStates, StateName};
use crate::transaction::StageHooks;

pub use keep::{CacheOps, CachePlain, CacheResult, DurableOps, Keep, Part, Persistable, cached, persisted};
pub(crate) use keep::{OfPlain, WriteLater};

/// Stands for an output type `R`.
#[derive(Debug)]
pub struct Probe<R>(PhantomData<fn() -> R>);

impl<R> Probe<R> {
    /// Of a type that inference knows.
    #[expect(clippy::new_without_default, reason = "only the attributes make one")]
    #[must_use]
    pub fn new() -> Self {
        Probe(PhantomData)
    }
}

impl<R> Clone for Probe<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Probe<R> {}

/// Of the output of what starts an attempt.
#[inline]
#[must_use]
pub fn probe_of<F: FnOnce() -> Fut, Fut: Future>(_: &F) -> Probe<Fut::Output> {
    Probe(PhantomData)
}

/// Of the type of a value.
#[must_use]
pub fn probe_value<R>(_: &R) -> Probe<R> {
    Probe(PhantomData)
}

/// What the engine does with an output of type `R`.
///
/// Function pointers, and not a trait, so that the engine is compiled once for
/// each output type.
#[derive(Debug)]
pub struct Ops<R> {
    pub(crate) failed: fn(&R) -> bool,
    pub(crate) message: fn(&R) -> Option<String>,
    /// In which state an output that `failed` ends its run, where it says so itself.
    pub(crate) conclude: Option<fn(&R) -> Conclusion>,
    /// How the output carries a failure of the framework, where it can.
    pub interrupt: Option<fn(Interrupted) -> R>,
    /// Whether a failure is worth another attempt.
    pub retry_condition: Option<fn(&R) -> bool>,
    /// How the output is kept, where it is cached.
    pub cache: Option<fn() -> CacheOps<R>>,
    /// The hooks, where there are any.
    pub hooks: Option<fn() -> Hooks<R>>,
    /// The hooks of its transaction, where there are any.
    pub stage: Option<fn(&R) -> Option<StageHooks>>,
    /// How a stub gives such an output, where one can.
    #[cfg(feature = "testing")]
    pub stub: Option<fn(&crate::surroundings::StubbedCall) -> R>,
}

impl<R> Clone for Ops<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Ops<R> {}

impl<R> Ops<R> {
    /// Of an output that cannot fail, and is not kept.
    const PLAIN: Ops<R> = Ops {
        failed: |_| false,
        message: |_| None,
        conclude: None,
        interrupt: None,
        retry_condition: None,
        cache: None,
        hooks: None,
        stage: None,
        #[cfg(feature = "testing")]
        stub: None,
    };
}

impl<T, E> Ops<Result<T, E>> {
    const fn of_result(message: fn(&Result<T, E>) -> Option<String>) -> Self {
        Ops { failed: Result::is_err, message, ..Ops::PLAIN }
    }
}

/// An output that is made of the states of runs.
pub trait OpsOfStates {
    #[doc(hidden)]
    type Ops;
    #[doc(hidden)]
    fn ops(&self) -> Self::Ops;
}

impl<S: ReturnedStates> OpsOfStates for &&&Probe<S> {
    type Ops = Ops<S>;

    #[inline]
    fn ops(&self) -> Self::Ops {
        Ops {
            failed: |output| output.conclude().state != StateName::Completed,
            message: |output| output.conclude().message,
            conclude: Some(S::conclude),
            ..Ops::PLAIN
        }
    }
}

/// A `Result` whose error has `Display`.
pub trait OpsOfDisplay {
    #[doc(hidden)]
    type Ops;
    #[doc(hidden)]
    fn ops(&self) -> Self::Ops;
}

impl<T, E: Display> OpsOfDisplay for &&Probe<Result<T, E>> {
    type Ops = Ops<Result<T, E>>;

    #[inline]
    fn ops(&self) -> Self::Ops {
        // The alternate form of `anyhow` and its like shows the causes as well.
        Ops::of_result(|output| output.as_ref().err().map(|error| format!("{error:#}")))
    }
}

/// A `Result` whose error has `Debug`.
pub trait OpsOfDebug {
    #[doc(hidden)]
    type Ops;
    #[doc(hidden)]
    fn ops(&self) -> Self::Ops;
}

impl<T, E: Debug> OpsOfDebug for &Probe<Result<T, E>> {
    type Ops = Ops<Result<T, E>>;

    #[inline]
    fn ops(&self) -> Self::Ops {
        Ops::of_result(|output| output.as_ref().err().map(|error| format!("{error:?}")))
    }
}

/// A `Result` whose error cannot be shown.
pub trait OpsOfOpaque {
    #[doc(hidden)]
    type Ops;
    #[doc(hidden)]
    fn ops(&self) -> Self::Ops;
}

impl<T, E> OpsOfOpaque for Probe<Result<T, E>> {
    type Ops = Ops<Result<T, E>>;

    #[inline]
    fn ops(&self) -> Self::Ops {
        Ops::of_result(|_| Some(std::any::type_name::<E>().to_owned()))
    }
}

/// An output that is not a `Result`: it cannot fail.
pub trait OpsOfPlain {
    #[doc(hidden)]
    type Ops;
    #[doc(hidden)]
    fn ops(self) -> Self::Ops;
}

impl<R> OpsOfPlain for Probe<R> {
    type Ops = Ops<R>;

    #[inline]
    fn ops(self) -> Ops<R> {
        Ops::PLAIN
    }
}

/// An output that can carry a failure of the framework.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot carry a failure of the framework (a timeout, an upstream failure, invalid parameters)",
    label = "needs the function to return `Result<_, E>` with `E: From<autotune::Interrupted>`",
    note = "add a variant such as `Interrupted(#[from] autotune::Interrupted)` to the error type; `anyhow::Error` and `Box<dyn Error + Send + Sync>` accept it as they are"
)]
pub trait FromInterrupted: Sized {
    #[doc(hidden)]
    fn from_interrupted(interrupted: Interrupted) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T, E: From<Interrupted>> FromInterrupted for Result<T, E> {
    fn from_interrupted(interrupted: Interrupted) -> Self {
        Err(E::from(interrupted))
    }
}

/// How `R` carries a failure of the framework: for options that need it.
#[inline]
#[must_use]
pub fn interrupts<R: FromInterrupted>(_: Probe<R>) -> fn(Interrupted) -> R {
    R::from_interrupted
}

/// An output that can carry a failure of the framework, found without asking for it.
pub trait InterruptFrom {
    #[doc(hidden)]
    type Output;
    #[doc(hidden)]
    fn interrupt(&self) -> Option<fn(Interrupted) -> Self::Output>;
}

impl<R: FromInterrupted> InterruptFrom for Probe<R> {
    type Output = R;

    #[inline]
    fn interrupt(&self) -> Option<fn(Interrupted) -> R> {
        Some(R::from_interrupted)
    }
}

/// An output that cannot.
pub trait InterruptNever {
    #[doc(hidden)]
    type Output;
    #[doc(hidden)]
    fn interrupt(self) -> Option<fn(Interrupted) -> Self::Output>;
}

impl<R> InterruptNever for Probe<R> {
    type Output = R;

    #[inline]
    fn interrupt(self) -> Option<fn(Interrupted) -> R> {
        None
    }
}

/// The output of a task with `retries`.
#[diagnostic::on_unimplemented(
    message = "`retries` needs a function that returns a `Result`, not `{Self}`",
    label = "a call that cannot fail has nothing to retry"
)]
pub trait IsResult {
    #[doc(hidden)]
    type Error;
    #[doc(hidden)]
    fn error(&self) -> Option<&Self::Error>;
}

impl<T, E> IsResult for Result<T, E> {
    type Error = E;

    fn error(&self) -> Option<&E> {
        self.as_ref().err()
    }
}

/// Holds that the output is a `Result`.
#[inline]
pub fn needs_result<R: IsResult>(_: Probe<R>) {}

/// Asks a `retry_condition`, whose parameter is thereby the error of the output.
pub fn error_matches<R: IsResult>(_: Probe<R>, output: &R, condition: impl Fn(&R::Error) -> bool) -> bool {
    output.error().is_some_and(condition)
}

/// Gives a broken rule the name of its parameter.
pub fn check(parameter: &str, rule: Result<(), garde::Error>) -> Result<(), InvalidParameters> {
    rule.map_err(|error| InvalidParameters { parameter: parameter.to_owned(), message: error.to_string() })
}
