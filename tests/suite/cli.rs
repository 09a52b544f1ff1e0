//! The command line of a program with flows, through the program's own eyes: its
//! arguments, its streams, its exit code.
#![cfg(feature = "cli")]
#![expect(clippy::needless_raw_string_hashes, reason = "`expect_test` writes them")]

mod completions;
mod deployments;
mod flows;
mod help;
mod history;
mod limits;
mod program;
mod results;
mod resume;
mod secrets;
mod serve;
mod stats;
mod watch;
