//! Writing a tuned profile to Nightscout: what is planned, and what is done.

mod apply;
mod backup;
mod documents;
mod limits;
mod memory;
mod plan;
mod secrecy;
mod server;
mod survival;
mod token;
mod wire;
