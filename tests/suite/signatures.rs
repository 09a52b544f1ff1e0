//! Every signature that a function can have, and that it stays the same for its
//! callers. Compiled in edition 2024 and, by `tests/edition-2021`, in 2021.

#![allow(
    clippy::allow_attributes,
    clippy::allow_attributes_without_reason,
    clippy::pedantic,
    reason = "signatures of all kinds, also those that one should not write"
)]

use std::fmt::Display;
use std::future::Future;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use autotune::{flow, task};

// The paths are written out because two packages include this file.
#[path = "signatures/boxes.rs"]
mod boxes;
#[path = "signatures/closures.rs"]
mod closures;
#[path = "signatures/functions_that_are_not_async.rs"]
mod functions_that_are_not_async;
#[path = "signatures/generics.rs"]
mod generics;
#[path = "signatures/lifetimes.rs"]
mod lifetimes;
#[path = "signatures/macros.rs"]
mod macros;
#[path = "signatures/methods.rs"]
mod methods;
#[path = "signatures/names.rs"]
mod names;
#[path = "signatures/other_attributes.rs"]
mod other_attributes;
#[path = "signatures/outputs.rs"]
mod outputs;
#[path = "signatures/patterns.rs"]
mod patterns;
#[path = "signatures/recursion.rs"]
mod recursion;
#[path = "signatures/threads.rs"]
mod threads;
#[path = "signatures/traits.rs"]
mod traits;
#[path = "signatures/validation.rs"]
mod validation;

/// Lifetimes that the name of a type does not show.
#[derive(Clone)]
struct Hidden<'a>(&'a str);
