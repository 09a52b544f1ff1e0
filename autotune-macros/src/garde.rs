//! `#[garde(..)]` on parameters, as direct calls of garde's rules.
//!
//! Its derive names the crate `::garde`, which a user of `autotune` need not
//! have.

mod check;
mod parse;

pub(crate) use check::checks;
pub(crate) use parse::parse;

use proc_macro2::Span;
use syn::{Expr, Ident};

/// A rule on one parameter.
pub(crate) struct Rule {
    pub(crate) at: Span,
    test: Test,
}

enum Test {
    /// `ascii`, `email` and others that take nothing.
    Plain(Ident),
    /// `contains`, `prefix`, `suffix`: a rule with a text.
    Text(Ident, Expr),
    Pattern(Expr),
    Range(Bounds),
    /// Counted in the module of this name below garde's `length`.
    Length(Ident, Bounds),
    Custom(Expr),
}

/// From, to; both inclusive.
#[derive(Default)]
struct Bounds {
    min: Option<Expr>,
    max: Option<Expr>,
}
