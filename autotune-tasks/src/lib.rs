//! Tunes insulin pump profiles: the oref0 autotune analysis.
//!
//! - [`flows`]: the analysis as a flow of tasks, for the command line and for programs.
//! - [`deployments`]: what runs every night.
//! - [`tasks`]: the steps of the flows.
//! - [`oref0`]: the analysis, pure, exact to the last digit.
//! - [`nightscout`]: the client of Nightscout.
//! - [`profile_store`]: the profiles of a Nightscout, and the one to tune.
//! - [`source`], [`download`]: where the data comes from.
//! - [`history`]: records of a period, cut into days.
//! - [`chain`]: tuning day after day.
//! - [`recommendation`]: what to change, by how much, on what data.
//! - [`analysis`]: that, and what came of writing it.
//! - [`quality`]: how good the data behind it is.
//! - [`report`]: all of it on a page to read.
//! - [`sync`]: writing it back to Nightscout, reviewed and confirmed.
//! - [`refusal`]: what gets no answer, and why.
//! - [`oref0_command`]: the reference's own commands.
//!
//! Nothing here is medical advice; review every change with a clinician.
//!
//! ```
//! use std::path::Path;
//!
//! use autotune_tasks::{
//!     chain::tune_days, history::load, oref0::PrepOptions, recommendation::recommend,
//! };
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/week");
//! let history = load(&directory)?;
//! let days = history.last_days(7)?;
//! let tuned = tune_days(&history, &days, PrepOptions::default())?;
//! let recommendation = recommend(history.pump(), &tuned)?;
//! assert_eq!(recommendation.isf.new, 55.321);
//! println!("{recommendation}");
//! # Ok(())
//! # }
//! ```

pub mod analysis;
mod answer;
pub mod chain;
pub mod deployments;
pub mod download;
pub mod flows;
pub mod history;
pub mod nightscout;
pub mod oref0;
pub mod oref0_command;
pub mod profile_store;
pub mod quality;
pub mod recommendation;
pub mod refusal;
pub mod report;
pub mod source;
pub mod sync;
pub mod tasks;
