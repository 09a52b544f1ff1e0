//! The client of Nightscout: what it reads, and the one write it can do.
//!
//! Answers are read leniently here (numbers written as text, records in old
//! shapes) and are strict from here on. What is no data is an error: `null`, an
//! error message, a web page and an answer that may be cut short are never taken
//! for "nothing happened". HTTP is in `exchange` alone. No secret and no record
//! is logged or shown.

mod address;
mod client;
mod credentials;
mod error;
mod exchange;
mod period;
mod records;
mod retry_after;

pub use address::{Address, AddressError};
pub use client::Client;
pub use credentials::{CredentialKind, Credentials, CredentialsError};
pub use error::NightscoutError;
pub use period::Period;
