//! Options that have no effect without another one.

use super::{Options, suggest};
use crate::errors::Errors;
use crate::item::Kind;
use proc_macro2::Span;

impl Options {
    /// Reports the useless ones; they do no harm to the expansion.
    pub(super) fn combine(&mut self, kind: Kind, errors: &mut Errors) {
        let delay = self.retry_delay.as_ref().map(|given| given.at);
        let jitter = self.retry_jitter_factor.as_ref().map(|given| given.at);
        let condition = self.retry_condition.as_ref().map(|given| given.at);
        let retries = self.retries.is_some();
        let mut needs = |at: Option<Span>, name: &str, there: bool, other: &str| {
            if let (Some(at), false) = (at, there) {
                let form = suggest::form(kind, other);
                let message = format!("`{name}` has no effect without `{other}`: add `{form}`");
                errors.report(at, message);
            }
        };
        needs(delay, "retry_delay", retries, "retries");
        needs(condition, "retry_condition", retries, "retries");
        if retries {
            let delay = delay.is_some() || self.mentions("retry_delay");
            needs(jitter, "retry_jitter_factor", delay, "retry_delay");
        } else {
            needs(jitter, "retry_jitter_factor", false, "retries");
        }
        if !retries {
            self.retry_condition = None;
        }
        if let (Some(policy), Some(_)) = (&self.cache_policy, &self.cache_key) {
            errors.report(policy.at, "`cache_key` is the whole key: remove `cache_policy`, or `cache_key`");
            self.cache_policy = None;
        }
        let never = self.cache_policy.as_ref().is_some_and(|given| given.value.is_none());
        if let (true, Some(expiration)) = (never, &self.cache_expiration) {
            let message = "`cache_expiration` has no effect with `NO_CACHE`: remove one of them";
            errors.report(expiration.at, message);
        }
        if let (true, Some(persist)) = (never && self.persists(), &self.persist_result) {
            let message = "`persist_result` has no effect with `NO_CACHE`: remove one of them";
            errors.report(persist.at, message);
            self.persist_result = None;
        }
        if self.cache_policy.is_none() && self.mentions("cache_policy") {
            self.cache_expiration = None;
        }
        if self.cache_key.is_none() && self.mentions("cache_key") {
            // A key was meant: caching on all inputs would be something else.
            self.cache_expiration = None;
        }
    }

    fn mentions(&self, name: &str) -> bool {
        self.written.iter().any(|written| written == name)
    }
}
