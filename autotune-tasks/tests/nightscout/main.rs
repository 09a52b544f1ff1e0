//! The client of Nightscout, the choice of the profile, and the analysis of what was
//! loaded: against recordings, a server in this process, and a real Nightscout.

mod basics;
mod end_to_end;
mod fake;
mod misbehaviour;
mod profiles;
mod real;
mod recordings;
mod secrecy;
mod server;
mod week;
mod writing;
