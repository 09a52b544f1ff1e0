//! What a test puts in place of the body of a task or flow.

use std::any::type_name;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::Test;
use crate::body::{Output, TaskBody};
use crate::call::Call;
use crate::surroundings::{self, Argument, Observer};

impl Test {
    /// Runs `stub` in place of the body of a task or flow, in all calls that are made from now on.
    ///
    /// The stub is a closure over the arguments of the function, as owned values: a
    /// `String` where the function takes a `&str`, a `Vec<T>` for a `&[T]`, a `T` for
    /// a `&T`. The closure has to write down their types. In place of one that does
    /// not matter, or is no `Clone`, it takes an [`Ignored`]; `self` always is one.
    /// The output has the type of the function's own. A wrong type does not compile.
    ///
    /// All else is as always: parameters are checked, results cached, failures retried,
    /// hooks called. The stub is called once for each attempt, inside of the run. What
    /// it panics with is what the body would have panicked with. The latest stub of a
    /// function counts, until it is removed or the test ends. Nothing that another test
    /// calls ever sees it.
    ///
    /// Of a generic function, the one with the given types is meant: `load::<u32>`.
    ///
    /// ```
    /// # use autotune::{prelude::*, testing};
    /// #[task]
    /// async fn load(url: &str, days: u32) -> anyhow::Result<usize> {
    ///     anyhow::bail!("{url} cannot be reached to load {days} days")
    /// }
    ///
    /// # fn main() -> anyhow::Result<()> {
    /// testing::run(async |test| {
    ///     let stub = test.stub(load, |url: String, days: u32| Ok(url.len() * days as usize));
    ///     assert_eq!(load("http://x", 7).await?, 56);
    ///     assert_eq!(stub.calls(), [("http://x".to_owned(), 7)]);
    ///
    ///     stub.remove();
    ///     assert!(load("http://x", 7).await.is_err());
    ///     anyhow::Ok(())
    /// })
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// If `function` is not the task or flow itself, but a closure or a pointer, and if
    /// the closure takes a reference.
    ///
    /// The run panics, and so is `Crashed`, if its output borrows from the arguments or
    /// is of a type parameter that is not `'static`, and if an argument cannot be cloned.
    #[expect(clippy::needless_pass_by_value, reason = "only its type counts: it is written as in a call")]
    #[track_caller]
    pub fn stub<F, S, M>(&self, function: F, stub: S) -> Stub<S::Arguments>
    where
        S: StubOf<F, M>,
    {
        if let Some(reference) = S::reference() {
            panic!("the stub takes a `{reference}`: a stub takes owned values, such as `String` for `&str`");
        }
        let calls = Calls::default();
        let (seen, stub) = (Arc::clone(&calls), Mutex::new(stub));
        let function = path_of(&function);
        let start = move |arguments: &[Argument]| {
            let called_with = S::read(arguments);
            lock(&seen).push(called_with.clone());
            // It is called inside of the attempt: what it logs belongs to the run, and a panic is caught.
            lock(&stub).call(called_with)
        };
        self.add(calls, surroundings::Stub::new::<S::Output>(function, Box::new(start)))
    }

    /// Gives these outputs in place of the body, one for each attempt: to fail twice and then work.
    ///
    /// As [`stub`](Test::stub), for who does not need the arguments.
    ///
    /// ```
    /// # use autotune::{prelude::*, testing};
    /// #[task(retries = 2)]
    /// async fn load() -> Result<u32, &'static str> {
    ///     Err("not in a test")
    /// }
    ///
    /// # fn main() {
    /// testing::run(async |test| {
    ///     let stub = test.stub_outputs(load, [Err("busy"), Err("busy"), Ok(7)]);
    ///     assert_eq!(load().await, Ok(7));
    ///     assert_eq!(stub.count(), 3);
    /// });
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// As [`stub`](Test::stub), and in the run when there is no output left.
    #[expect(clippy::needless_pass_by_value, reason = "only its type counts: it is written as in a call")]
    #[track_caller]
    pub fn stub_outputs<F, M, const N: usize>(&self, function: F, outputs: [F::Output; N]) -> Stub<()>
    where
        F: Callable<M>,
        F::Output: Send + 'static,
    {
        let calls = Calls::default();
        let (seen, outputs) = (Arc::clone(&calls), Mutex::new(outputs.into_iter()));
        let function = path_of(&function);
        let start = move |_: &[Argument]| {
            lock(&seen).push(());
            let output = lock(&outputs).next();
            output.unwrap_or_else(|| panic!("the stub has {N} outputs, and was asked for one more"))
        };
        self.add(calls, surroundings::Stub::new::<F::Output>(function, Box::new(start)))
    }

    fn add<A>(&self, calls: Calls<A>, stub: Arc<surroundings::Stub>) -> Stub<A> {
        self.watch.stubs().add(Arc::clone(&stub));
        Stub { stub, calls }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The path of the function in which a closure stands.
pub(super) fn function_around<C>(_: &C) -> &'static str {
    type_name::<C>().trim_end_matches("::{{closure}}")
}

/// The path of the function itself.
#[track_caller]
fn path_of<F>(_: &F) -> &'static str {
    let path = type_name::<F>();
    let is_function = !path.ends_with("{{closure}}") && !path.starts_with("fn(") && !path.starts_with("for<");
    assert!(
        is_function,
        "`{path}` is not a task or flow: give the function itself, as in `test.stub(load, ..)`"
    );
    path
}

type Calls<A> = Arc<Mutex<Vec<A>>>;

/// A stub that a test has put in place. It stays until it is removed, or the test ends.
pub struct Stub<A> {
    stub: Arc<surroundings::Stub>,
    calls: Calls<A>,
}

impl<A: Clone> Stub<A> {
    /// What it was called with, attempt by attempt: the argument, or all of several as a tuple.
    #[must_use]
    pub fn calls(&self) -> Vec<A> {
        lock(&self.calls).clone()
    }
}

impl<A> Stub<A> {
    /// How often it was called: once for each attempt.
    #[must_use]
    pub fn count(&self) -> usize {
        lock(&self.calls).len()
    }

    /// Lets each attempt take so long, in virtual time, before the stub is called.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use autotune::{prelude::*, testing};
    /// #[task(timeout = "1m")]
    /// async fn load() -> anyhow::Result<usize> {
    ///     anyhow::bail!("not in a test")
    /// }
    ///
    /// # fn main() {
    /// testing::run(async |test| {
    ///     test.stub(load, || Ok(288)).takes(Duration::from_hours(1));
    ///     assert_eq!(load().state().await.name(), StateName::TimedOut);
    /// });
    /// # }
    /// ```
    #[expect(
        clippy::must_use_candidate,
        clippy::return_self_not_must_use,
        reason = "the stub stays in place without this value"
    )]
    pub fn takes(self, time: Duration) -> Self {
        self.stub.set_takes(time);
        self
    }

    /// Takes the stub away: in calls made from now on the body runs, or the stub that was there before.
    pub fn remove(&self) {
        self.stub.remove();
    }
}

impl<A: fmt::Debug> fmt::Debug for Stub<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stub").field("calls", &*lock(&self.calls)).finish_non_exhaustive()
    }
}

/// Stands in a stub for an argument that does not matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ignored;

/// A task or flow as a function: what a stub can take the place of.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a `#[task]` or `#[flow]` function")]
pub trait Callable<M> {
    /// What the function returns.
    type Output;
}

/// A closure that can stand in the place of the body of `F`.
#[diagnostic::on_unimplemented(
    message = "this closure cannot take the place of that function",
    label = "has to take the arguments of the function, owned, and to give its output",
    note = "of a `&str` it takes a `String`, of a `&[T]` a `Vec<T>`, of a `&T` a `T`, \
            and an `autotune::testing::Ignored` in place of what does not matter"
)]
pub trait StubOf<F, M>: Send + 'static {
    /// What the stub takes: one argument, or several as a tuple.
    type Arguments: Clone + Send + 'static;
    /// What the function returns.
    type Output: 'static;

    #[doc(hidden)]
    fn reference() -> Option<&'static str>;

    #[doc(hidden)]
    fn read(arguments: &[Argument]) -> Self::Arguments;

    #[doc(hidden)]
    fn call(&mut self, arguments: Self::Arguments) -> Self::Output;
}

/// How a stub takes an argument of type `Self`, as an `O`.
pub trait TakenAs<O, How> {
    #[doc(hidden)]
    fn read(argument: Option<&Argument>) -> O;
}

/// As it is.
#[derive(Debug)]
pub enum AsItIs {}

/// As the owned form of what it borrows.
#[derive(Debug)]
pub enum AsOwned {}

/// Not at all.
#[derive(Debug)]
pub enum AsNothing {}

impl<A: Clone + 'static> TakenAs<A, AsItIs> for A {
    fn read(argument: Option<&Argument>) -> A {
        copy(argument)
    }
}

impl<A: ToOwned<Owned: Clone + 'static> + ?Sized> TakenAs<A::Owned, AsOwned> for &A {
    fn read(argument: Option<&Argument>) -> A::Owned {
        copy(argument)
    }
}

impl<A> TakenAs<Ignored, AsNothing> for A {
    fn read(_: Option<&Argument>) -> Ignored {
        Ignored
    }
}

fn copy<O: Clone + 'static>(argument: Option<&Argument>) -> O {
    let argument = argument.and_then(Option::as_ref).and_then(|argument| argument.downcast_ref::<O>());
    match argument {
        Some(argument) => argument.clone(),
        None => panic!(
            "no `{}` can be handed to the stub, because the function is generic over it, or it is not \
             `Clone + Send + 'static`: take an `autotune::testing::Ignored` in its place",
            type_name::<O>()
        ),
    }
}

macro_rules! functions {
    ($(($($argument:ident $taken:ident $how:ident $value:ident $number:literal),*))*) => {
        $(
            impl<F, B: TaskBody, K, $($argument),*> Callable<fn($($argument),*) -> Call<B, K>> for F
            where
                F: Fn($($argument),*) -> Call<B, K>,
            {
                type Output = Output<B>;
            }

            impl<S, F, B, K, $($argument, $taken, $how),*>
                StubOf<F, (fn($($argument),*) -> Call<B, K>, $(fn($taken, $how)),*)> for S
            where
                F: Fn($($argument),*) -> Call<B, K>,
                S: FnMut($($taken),*) -> Output<B> + Send + 'static,
                B: TaskBody,
                Output<B>: 'static,
                $($argument: TakenAs<$taken, $how>, $taken: Clone + Send + 'static),*
            {
                type Arguments = functions!(@tuple $($taken),*);
                type Output = Output<B>;

                fn reference() -> Option<&'static str> {
                    let taken: &[&'static str] = &[$(type_name::<$taken>()),*];
                    taken.iter().copied().find(|name| name.starts_with('&'))
                }

                fn read(arguments: &[Argument]) -> Self::Arguments {
                    let _ = arguments;
                    functions!(@tuple $($argument::read(arguments.get($number))),*)
                }

                fn call(&mut self, functions!(@tuple $($value),*): Self::Arguments) -> Output<B> {
                    self($($value),*)
                }
            }
        )*
    };
    (@tuple $one:ident) => { $one };
    (@tuple $($several:ident),*) => { ($($several),*) };
    (@tuple $one:expr) => { $one };
    (@tuple $($several:expr),*) => { ($($several),*) };
}

functions! {
    ()
    (A1 O1 H1 a1 0)
    (A1 O1 H1 a1 0, A2 O2 H2 a2 1)
    (A1 O1 H1 a1 0, A2 O2 H2 a2 1, A3 O3 H3 a3 2)
    (A1 O1 H1 a1 0, A2 O2 H2 a2 1, A3 O3 H3 a3 2, A4 O4 H4 a4 3)
    (A1 O1 H1 a1 0, A2 O2 H2 a2 1, A3 O3 H3 a3 2, A4 O4 H4 a4 3, A5 O5 H5 a5 4)
    (A1 O1 H1 a1 0, A2 O2 H2 a2 1, A3 O3 H3 a3 2, A4 O4 H4 a4 3, A5 O5 H5 a5 4, A6 O6 H6 a6 5)
    (A1 O1 H1 a1 0, A2 O2 H2 a2 1, A3 O3 H3 a3 2, A4 O4 H4 a4 3, A5 O5 H5 a5 4, A6 O6 H6 a6 5, A7 O7 H7 a7 6)
    (A1 O1 H1 a1 0, A2 O2 H2 a2 1, A3 O3 H3 a3 2, A4 O4 H4 a4 3, A5 O5 H5 a5 4, A6 O6 H6 a6 5, A7 O7 H7 a7 6,
     A8 O8 H8 a8 7)
}
