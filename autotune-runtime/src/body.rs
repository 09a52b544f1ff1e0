//! The body of a call: how an attempt is started, and where its future lives.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::output::Ops;

/// The output of a body: exactly that of the function.
pub type Output<B> = <<B as TaskBody>::Fut as Future>::Output;

/// The body of a task or flow: starts the function. Written by the attributes.
pub trait TaskBody: Sized {
    /// What the function's body became.
    type Fut: Future;

    #[doc(hidden)]
    fn start(&mut self) -> Self::Fut;

    /// What the engine may do with the output.
    #[doc(hidden)]
    fn ops(&self) -> Ops<Output<Self>>;

    /// The path of the function and of what it is generic over.
    #[doc(hidden)]
    #[inline]
    fn path(&self) -> &'static str {
        std::any::type_name::<Self>()
    }
}

/// A body that can be started more than once.
#[diagnostic::on_unimplemented(
    message = "this task was not declared with `retries`, so a call of it cannot be retried",
    label = "the task's arguments are moved into the first attempt",
    note = "declare it as `#[task(retries = 0)]`: its arguments must then be `Clone`, and calls may choose `.retries(n)`"
)]
pub trait RetryBody: TaskBody {}

/// An argument of a task with `retries`.
#[diagnostic::on_unimplemented(
    message = "the argument type `{Self}` of a retried task is not `Clone`",
    label = "cannot be given to a second attempt",
    note = "every attempt needs its own arguments: borrow it (`&T`), share it (`Arc<T>`), implement `Clone`, or drop `retries`"
)]
pub trait RetryArgument {
    #[doc(hidden)]
    #[must_use]
    fn again(&self) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Clone> RetryArgument for T {
    #[inline]
    fn again(&self) -> T {
        self.clone()
    }
}

/// The argument for one more attempt.
#[inline]
pub fn clone_argument<T: RetryArgument>(argument: &T) -> T {
    argument.again()
}

/// A body that is started once.
#[doc(hidden)]
#[derive(Debug)]
pub struct Once<F, O> {
    start: Option<F>,
    ops: O,
}

impl<F: FnOnce() -> Fut, Fut: Future, O: Fn() -> Ops<Fut::Output>> Once<F, O> {
    #[inline]
    pub fn new(start: F, ops: O) -> Self {
        Once { start: Some(start), ops }
    }
}

impl<F: FnOnce() -> Fut, Fut: Future, O: Fn() -> Ops<Fut::Output>> TaskBody for Once<F, O> {
    type Fut = Fut;

    #[inline]
    fn start(&mut self) -> Fut {
        let start = self.start.take().expect("a body without `retries` is started once");
        start()
    }

    #[inline]
    fn ops(&self) -> Ops<Fut::Output> {
        (self.ops)()
    }
}

/// A body that is started for every attempt.
#[doc(hidden)]
#[derive(Debug)]
pub struct Many<F, O> {
    start: F,
    ops: O,
}

impl<F: FnMut() -> Fut, Fut: Future, O: Fn() -> Ops<Fut::Output>> Many<F, O> {
    #[inline]
    pub fn new(start: F, ops: O) -> Self {
        Many { start, ops }
    }
}

impl<F: FnMut() -> Fut, Fut: Future, O: Fn() -> Ops<Fut::Output>> TaskBody for Many<F, O> {
    type Fut = Fut;

    #[inline]
    fn start(&mut self) -> Fut {
        (self.start)()
    }

    #[inline]
    fn ops(&self) -> Ops<Fut::Output> {
        (self.ops)()
    }
}

impl<F: FnMut() -> Fut, Fut: Future, O: Fn() -> Ops<Fut::Output>> RetryBody for Many<F, O> {}

type BoxFuture<'a, R> = Pin<Box<dyn Future<Output = R> + Send + 'a>>;

/// The body of a `boxed` task: one type that can be named.
///
/// It lets a task submit itself, and a trait with tasks be made into an object.
/// It costs an allocation per call and one per attempt.
pub struct BoxBody<'a, R, const RETRIES: bool>(Box<dyn StartBoxed<'a, R> + Send + 'a>);

trait StartBoxed<'a, R> {
    fn start(&mut self) -> BoxFuture<'a, R>;
    fn ops(&self) -> Ops<R>;
    fn path(&self) -> &'static str;
}

impl<'a, R, B: TaskBody> StartBoxed<'a, R> for B
where
    B::Fut: Future<Output = R> + Send + 'a,
{
    fn start(&mut self) -> BoxFuture<'a, R> {
        Box::pin(TaskBody::start(self))
    }

    fn ops(&self) -> Ops<R> {
        TaskBody::ops(self)
    }

    fn path(&self) -> &'static str {
        TaskBody::path(self)
    }
}

impl<'a, R, const RETRIES: bool> BoxBody<'a, R, RETRIES> {
    #[doc(hidden)]
    pub fn new<B: TaskBody + Send + 'a>(body: B) -> Self
    where
        B::Fut: Future<Output = R> + Send + 'a,
    {
        BoxBody(Box::new(body))
    }
}

impl<'a, R, const RETRIES: bool> TaskBody for BoxBody<'a, R, RETRIES> {
    type Fut = BoxFuture<'a, R>;

    fn start(&mut self) -> BoxFuture<'a, R> {
        self.0.start()
    }

    fn ops(&self) -> Ops<R> {
        self.0.ops()
    }

    fn path(&self) -> &'static str {
        self.0.path()
    }
}

impl<R> RetryBody for BoxBody<'_, R, true> {}

impl<R, const RETRIES: bool> std::fmt::Debug for BoxBody<'_, R, RETRIES> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("BoxBody").field(&self.0.path()).finish()
    }
}

pin_project! {
    /// A body, and the place where the future of its attempt lives.
    pub(crate) struct Slot<B: TaskBody> {
        body: B,
        #[pin]
        attempt: Option<B::Fut>,
    }
}

impl<B: TaskBody> Slot<B> {
    #[inline]
    pub(crate) fn new(body: B) -> Self {
        Slot { body, attempt: None }
    }

    pub(crate) fn body(&mut self) -> &mut B {
        &mut self.body
    }
}

/// A [`Slot`] behind a borrow.
///
/// It is erased without a box, so that the engine is compiled once for each
/// output type and not once for each task.
pub(crate) trait Attempt<R> {
    fn start(self: Pin<&mut Self>);
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R>;
    fn clear(self: Pin<&mut Self>);
    fn ops(&self) -> Ops<R>;
}

impl<B: TaskBody> Attempt<Output<B>> for Slot<B> {
    fn start(self: Pin<&mut Self>) {
        let mut slot = self.project();
        let attempt = slot.body.start();
        slot.attempt.set(Some(attempt));
    }

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Output<B>> {
        let attempt = self.project().attempt.as_pin_mut();
        attempt.expect("an attempt is started before it is polled").poll(cx)
    }

    fn clear(self: Pin<&mut Self>) {
        self.project().attempt.set(None);
    }

    fn ops(&self) -> Ops<Output<B>> {
        self.body.ops()
    }
}
