//! The profile records of a Nightscout, as far as a write needs them.

use std::future::Future;

use serde_json::Value;

use super::Token;
use crate::{
    nightscout::{Client, NightscoutError},
    profile_store::Document,
};

/// Where profile records are read from and added to.
///
/// There is no way here to change or to delete one.
pub trait ProfileRecords {
    /// The latest records, as they are stored.
    fn profiles(&self) -> impl Future<Output = Result<Vec<Value>, NightscoutError>> + Send;

    /// The latest treatments that switch to another profile.
    fn profile_switches(&self) -> impl Future<Output = Result<Vec<Value>, NightscoutError>> + Send;

    /// Adds a record, by one request that is never repeated, and gives back what was stored.
    fn create_profile(
        &self,
        record: &Value,
    ) -> impl Future<Output = Result<Vec<Value>, NightscoutError>> + Send;
}

impl ProfileRecords for Client {
    async fn profiles(&self) -> Result<Vec<Value>, NightscoutError> {
        Self::profiles(self).await
    }

    async fn profile_switches(&self) -> Result<Vec<Value>, NightscoutError> {
        Self::profile_switches(self).await
    }

    async fn create_profile(&self, record: &Value) -> Result<Vec<Value>, NightscoutError> {
        Self::create_profile(self, record).await
    }
}

/// The record that counts: the one that begins last.
#[must_use]
pub fn current_record(records: &[Value]) -> Option<&Value> {
    // Of several that begin together, Nightscout shows the first.
    records.iter().rev().max_by_key(|record| Document::new((*record).clone()).start())
}

/// The records that were written with a token.
pub(super) fn written_with<'r>(records: &'r [Value], token: &Token) -> Vec<&'r Value> {
    records.iter().filter(|record| token.is_of(record)).collect()
}

/// The id of a record, if the server has given it one.
pub(super) fn id(record: &Value) -> String {
    record.get("_id").and_then(Value::as_str).unwrap_or("unknown").to_owned()
}
