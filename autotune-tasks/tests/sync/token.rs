//! What a confirmation stands for.

use std::path::PathBuf;

use autotune_tasks::sync::{Options, Request, SyncError, Token, plan};
use jiff::SignedDuration;
use serde_json::json;

use crate::documents::{USUAL, now, planned, recommendation, text_record};

#[test]
fn a_token_stands_for_what_was_read_and_what_is_written_at_any_time() {
    let record = text_record();
    let tuned = recommendation(&record, "Default", USUAL);
    let options = Options::from_baseline("Default");
    let token = |record, tuned, options: &Options, later| {
        let at = now() + SignedDuration::from_hours(later);
        plan(record, tuned, options, at).expect("a plan").token().clone()
    };
    let first = token(&record, &tuned, &options, 0);
    assert_eq!(token(&record, &tuned, &options, 5), first);

    let mut other = record.clone();
    other["_id"] = json!("6b03d46f412e5e6a27df2194");
    assert_ne!(token(&other, &tuned, &options, 0), first);
    let mut other = record.clone();
    other["loopSettings"] = json!({});
    assert_ne!(token(&other, &tuned, &options, 0), first);
    let mut ratios = USUAL;
    ratios.carb_ratio = 1.0;
    let tuned_otherwise = recommendation(&record, "Default", ratios);
    assert_ne!(token(&record, &tuned_otherwise, &options, 0), first);
    let mut active = options.clone();
    active.activate = true;
    assert_ne!(token(&record, &tuned, &active, 0), first);
}

#[test]
fn a_token_is_twelve_digits_that_can_be_copied() {
    let token = planned(&text_record(), USUAL).expect("a plan").token().clone();
    let text = token.to_string();
    assert_eq!(text.len(), 12);
    assert_eq!(format!(" {} ", text.to_uppercase()).parse::<Token>(), Ok(token));
    for text in ["", "yes", "12345678901", "12345678901g", "0123456789abc"] {
        assert!(text.parse::<Token>().is_err(), "{text}");
    }
}

#[test]
fn a_write_needs_both_the_wish_and_the_confirmation() {
    let request = |apply, confirm| Request::new(apply, confirm, PathBuf::from("backups"));
    assert!(matches!(request(false, None), Ok(Request::DryRun)));
    assert!(matches!(request(true, None), Err(SyncError::Unconfirmed)));
    assert!(matches!(request(false, Some("0123456789ab")), Err(SyncError::NothingToConfirm)));
    assert!(matches!(request(true, Some("yes")), Err(SyncError::Unreadable(_))));
    assert!(matches!(request(true, Some("0123456789ab")), Ok(Request::Apply { .. })));
}
