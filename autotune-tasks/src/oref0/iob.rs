//! Insulin on board and insulin activity.
//!
//! `history` turns treatments into doses, `curve` says how one dose acts over
//! time, `total` adds them up. (oref0 `lib/iob/`)

mod curve;
mod history;
mod total;

pub use curve::{Curve, UnknownCurve};
pub(crate) use history::InsulinHistory;
pub use history::{Delivery, Dose, HistoryError, insulin_doses, iob_trace};
pub use total::{Iob, total};
