//! The analysis against recorded results of oref0 0.7.1.
//!
//! `golden.tar.gz` holds inputs and what the reference made of them; numbers
//! must be equal as `f64`, texts and the order of arrays exactly.

mod analysis;
mod cases;
mod commands;
mod difference;
mod functions;
mod golden;
mod quality;
mod report;
mod week;
