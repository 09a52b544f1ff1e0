//! The behaviour of autotune, from outside: one binary, one module a subject.

#[cfg(feature = "sqlite")]
mod alerts;
mod architecture;
mod artifacts;
mod caching;
mod cli;
mod conformance;
mod context;
mod deployments;
mod flow_runs;
mod flows;
mod futures;
mod harness;
mod history;
mod hooks;
mod limits;
mod logging;
#[cfg(feature = "prometheus")]
mod metrics;
mod mistakes;
#[cfg(feature = "sqlite")]
mod orchestrator;
mod panics;
mod pausing;
mod registry;
mod retries;
mod returned_states;
mod schedules;
mod secrets;
mod secrets_by_name;
mod signatures;
mod single_flight;
mod states;
#[cfg(feature = "sqlite")]
mod store;
mod submitting;
#[cfg(feature = "sqlite")]
mod suspending;
mod tags;
#[cfg(feature = "testing")]
mod testing;
mod timeouts;
mod transactions;
mod upstream;
mod variables;
#[cfg(feature = "sqlite")]
mod worker;
