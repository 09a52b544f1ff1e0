//! The engine behind `autotune`'s `#[task]` and `#[flow]`.
//!
//! Programs depend on the façade crate `autotune`, which re-exports what they
//! need from here. The modules stand in layers, and each uses only those above
//! it: words (plain data), ports (what the engine needs from outside), engine,
//! surface (what users touch).

// Words: data, no async, no I/O.
pub mod artifact;
pub mod definition;
pub mod duration;
pub mod event;
pub mod hook;
pub mod id;
pub mod interrupted;
pub mod key;
pub mod moment;
pub mod retry;
pub mod state;

// Ports: time, memory of results, history.
pub mod cache;
pub mod clock;
pub mod recorder;

// Engine: how a call becomes a run.
pub mod body;
pub mod completion;
pub mod context;
mod engine;
mod extras;
pub mod hooks;
pub mod limits;
pub mod output;
mod scope;
pub mod surroundings;
mod trace;

// Surface: what users touch.
mod artifacts;
pub mod call;
pub mod flow;
pub mod flow_runs;
pub mod future;
pub mod log;
pub mod pause;
pub mod private;
pub mod registry;
pub mod tags;
