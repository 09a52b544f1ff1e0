//! Stubs: what runs in place of the body of a task or flow.
//!
//! A stub is found by the function, when a call is made. Only the expansion of an
//! attribute can name the types of the arguments and of the output, so it is the
//! one that takes copies of the arguments, and that asks the stub for an output.

use std::any::Any;
use std::cell::Cell;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A copy of an argument; `None` where none can be made.
pub type Argument = Option<Box<dyn Any + Send>>;

/// Gives the output of one attempt.
pub(crate) type Start<R> = Box<dyn Fn(&[Argument]) -> R + Send + Sync>;

/// The stubs of a test.
#[derive(Default)]
pub(crate) struct Stubs(Mutex<Vec<Arc<Stub>>>);

/// What takes the place of one body.
pub(crate) struct Stub {
    /// The path of the function.
    function: &'static str,
    /// A [`Start`] of the output's type.
    start: Box<dyn Any + Send + Sync>,
    takes: Mutex<Duration>,
    is_removed: AtomicBool,
}

impl Stub {
    pub(crate) fn new<R: 'static>(function: &'static str, start: Start<R>) -> Arc<Self> {
        Arc::new(Stub {
            function,
            start: Box::new(start),
            takes: Mutex::default(),
            is_removed: AtomicBool::new(false),
        })
    }

    pub(crate) fn remove(&self) {
        self.is_removed.store(true, Ordering::Relaxed);
    }

    pub(crate) fn set_takes(&self, time: Duration) {
        *self.takes.lock().unwrap_or_else(PoisonError::into_inner) = time;
    }
}

impl Stubs {
    pub(crate) fn add(&self, stub: Arc<Stub>) {
        self.lock().push(stub);
    }

    /// The latest stub of a function.
    pub(crate) fn of(&self, function: &str) -> Option<Arc<Stub>> {
        let stubs = self.lock();
        let mut stubs = stubs.iter().rev().filter(|stub| !stub.is_removed.load(Ordering::Relaxed));
        stubs.find(|stub| stub.function == function).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Stub>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Stubs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.lock().iter().map(|stub| stub.function)).finish()
    }
}

thread_local! {
    static NEXT: Cell<Option<Arc<StubbedCall>>> = const { Cell::new(None) };
}

/// A call whose body a stub takes the place of.
pub struct StubbedCall {
    stub: Arc<Stub>,
    /// The lock only makes it `Sync`.
    arguments: Mutex<Vec<Argument>>,
}

impl StubbedCall {
    pub(crate) fn new(stub: Arc<Stub>, arguments: Vec<Argument>) -> Arc<Self> {
        Arc::new(StubbedCall { stub, arguments: Mutex::new(arguments) })
    }

    /// Lets the call that this thread makes next be this one. Between the two stands nothing but what the
    /// expansion of an attribute writes.
    pub(crate) fn is_next(self: Arc<Self>) {
        NEXT.set(Some(self));
    }

    /// What takes the place of the body of a call that is being made.
    pub(crate) fn next() -> Option<Arc<Self>> {
        NEXT.take()
    }

    /// How long an attempt takes.
    pub(crate) fn takes(&self) -> Duration {
        *self.stub.takes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The output of one attempt.
    pub(crate) fn output<R: 'static>(&self) -> R {
        let start = self.stub.start.downcast_ref::<Start<R>>();
        let start = start.expect("the stub of a function has the type of its output");
        // A stub that panics does so with its arguments locked, and is asked again.
        start(&self.arguments.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for StubbedCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("StubbedCall").field(&self.stub.function).finish()
    }
}
