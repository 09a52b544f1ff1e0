//! The engine behind `autotune`'s `#[task]` and `#[flow]`.
//!
//! Programs depend on the façade crate `autotune`, which re-exports what they
//! need from here. The modules stand in layers, and each uses only those above
//! it: words (plain data), ports (what the engine needs from outside), engine,
//! surface (what users touch), adapters (where what the ports take goes).

// Words: data, no async, no I/O.
pub mod alert;
pub mod artifact;
pub mod definition;
pub mod deployment;
pub mod duration;
pub mod event;
pub mod flow_run;
pub mod hook;
pub mod id;
pub mod interrupted;
pub mod key;
pub mod limit_record;
pub mod moment;
pub mod name;
pub mod proposal;
pub mod record;
pub mod retry;
pub mod schedule;
pub mod state;
pub mod work_pool;
pub mod worker_record;

// Ports: time, the environment, results in memory and beyond it, who decides over flow runs, history, variables.
pub mod cache;
pub mod clock;
mod environment;
pub mod orchestrator;
pub mod recorder;
pub mod results;
pub mod variable_store;

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
pub mod transaction;

// Surface: what users touch.
pub mod alerts;
mod artifacts;
pub mod call;
pub mod deploy;
pub mod flow;
pub mod flow_runs;
pub mod future;
pub mod log;
pub mod pause;
pub mod private;
pub mod registry;
pub mod secrets;
pub mod tags;
#[cfg(feature = "testing")]
pub mod testing;
pub mod variables;
pub mod worker;

// Adapters: where what the ports take goes.
#[cfg(feature = "sqlite")]
pub mod embedded;
#[cfg(feature = "metrics")]
pub mod metrics;
