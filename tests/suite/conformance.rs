//! What Prefect does, case by case: `conformance/cases.txt` names the behaviours, each with an id.
//!
//! An id stands in a comment above the test that holds the behaviour, here or beside the subject that it belongs to.
//! Where we differ, it stands in `docs/prefect-differences.md`. `cases` holds that each of
//! them stands somewhere, and once.

mod cases;
mod context;
mod crashes;
mod flow_retries;
mod flows;
mod futures;
mod hooks;
mod keys;
mod limits;
mod logging;
mod map;
mod options;
mod persistence;
mod retries;
mod task_runs;
mod timeouts;
