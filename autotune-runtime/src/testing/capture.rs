//! What the expansion of the attributes does for stubs: it takes copies of the
//! arguments, and says whether a stub can give the output.
//!
//! Both are found out for a type `fn(T)`. Where `T` holds a borrow, `fn(T)` is a
//! function of any lifetime, and so another type than a `fn(A)`: that keeps these
//! methods from what is not `'static`, also where nobody sees that it borrows.

use std::any::type_name;
use std::fmt;
use std::marker::PhantomData;

use crate::surroundings::{self, Argument, StubbedCall};

/// Stands for a parameter type, or an output type, in `F = fn(T)`.
pub struct TypeIn<F>(PhantomData<F>);

impl<F> TypeIn<F> {
    /// Of a type that is written.
    #[expect(clippy::new_without_default, reason = "only the attributes make one")]
    #[must_use]
    pub fn new() -> Self {
        TypeIn(PhantomData)
    }
}

impl<F> Clone for TypeIn<F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F> Copy for TypeIn<F> {}

impl<F> fmt::Debug for TypeIn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(type_name::<F>())
    }
}

/// A borrowed argument, of which an owned copy can be made.
pub trait ArgumentBorrowed<V> {
    #[doc(hidden)]
    fn copy(&self, value: &V) -> Argument;
}

impl<'v, A> ArgumentBorrowed<&'v A> for &&TypeIn<for<'a> fn(&'a A)>
where
    A: ToOwned + ?Sized + 'static,
    A::Owned: Send + 'static,
{
    fn copy(&self, value: &&'v A) -> Argument {
        Some(Box::new((*value).to_owned()))
    }
}

/// An argument that can be cloned.
pub trait ArgumentOwned<V> {
    #[doc(hidden)]
    fn copy(&self, value: &V) -> Argument;
}

impl<A: Clone + Send + 'static> ArgumentOwned<A> for &TypeIn<fn(A)> {
    fn copy(&self, value: &A) -> Argument {
        Some(Box::new(value.clone()))
    }
}

/// An argument of which no copy can be made.
pub trait ArgumentUnseen<V: ?Sized> {
    #[doc(hidden)]
    fn copy(self, value: &V) -> Argument;
}

impl<F, V: ?Sized> ArgumentUnseen<V> for TypeIn<F> {
    fn copy(self, _: &V) -> Argument {
        None
    }
}

/// An output that a stub can give.
pub trait OutputOwned<R> {
    #[doc(hidden)]
    fn ask(&self) -> Option<fn(&StubbedCall) -> R>;
}

impl<R: 'static> OutputOwned<R> for TypeIn<fn(R)> {
    fn ask(&self) -> Option<fn(&StubbedCall) -> R> {
        Some(StubbedCall::output)
    }
}

/// An output that borrows.
pub trait OutputBorrowed<R> {
    #[doc(hidden)]
    fn ask(self) -> Option<fn(&StubbedCall) -> R>;
}

impl<F, R> OutputBorrowed<R> for TypeIn<F> {
    fn ask(self) -> Option<fn(&StubbedCall) -> R> {
        None
    }
}

/// Looks for a stub of the function in which `closure` stands, for the call that it makes next.
pub fn stub_next_call<C, const N: usize>(closure: &C, arguments: impl FnOnce() -> [Argument; N]) {
    let Some(test) = surroundings::observer() else { return };
    let Some(stub) = test.stubs().of(super::stub::function_around(closure)) else { return };
    StubbedCall::new(stub, arguments().into()).is_next();
}
