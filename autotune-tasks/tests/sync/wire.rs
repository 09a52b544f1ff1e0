//! The same over HTTP, with the client that is used in earnest.

use autotune_tasks::sync::{Outcome, SyncError, apply};

use crate::{
    documents::{USUAL, now, planned, text_record},
    server::{Manner, Server},
};

/// Applies a plan; gives what came of it and the number of records after it. One
/// request at the most writes, whatever happens.
async fn applied(manner: Manner) -> (Result<Outcome, SyncError>, usize) {
    let server = Server::start(manner, text_record()).await;
    let plan = planned(&text_record(), USUAL).expect("a plan");
    let backups = tempfile::tempdir().expect("a directory");
    let result = apply(&server.client(), &plan, plan.token(), backups.path(), now()).await;
    assert_eq!(server.writes(), 1, "{manner:?}");
    (result, server.records().len())
}

#[tokio::test]
async fn a_plan_is_written_by_one_request() {
    let server = Server::start(Manner::Stores, text_record()).await;
    let plan = planned(&text_record(), USUAL).expect("a plan");
    let backups = tempfile::tempdir().expect("a directory");
    let client = server.client();
    let outcome = apply(&client, &plan, plan.token(), backups.path(), now()).await.expect("written");
    assert!(matches!(outcome, Outcome::Written { .. }), "{outcome:?}");
    let records = server.records();
    assert_eq!((records.len(), &records[1]), (2, &text_record()));
    let mut sent = plan.record().clone();
    (sent["_id"], sent["created_at"]) = (records[0]["_id"].clone(), records[0]["created_at"].clone());
    assert_eq!(records[0], sent);

    let again = apply(&client, &plan, plan.token(), backups.path(), now()).await.expect("an answer");
    assert!(matches!(again, Outcome::AlreadyWritten { .. }), "{again:?}");
    assert_eq!((server.writes(), server.records().len()), (1, 2));
}

#[tokio::test]
async fn a_cut_connection_is_followed_by_a_look_and_not_by_a_second_request() {
    for manner in [Manner::CutsOffAfter, Manner::CutsOffWithin] {
        let (result, records) = applied(manner).await;
        assert!(matches!(result, Ok(Outcome::Written { .. })), "{manner:?}: {result:?}");
        assert_eq!(records, 2);
    }
    for manner in [Manner::CutsOffBefore, Manner::Fails] {
        let (result, records) = applied(manner).await;
        assert!(matches!(result, Err(SyncError::Unknown { .. })), "{manner:?}: {result:?}");
        assert_eq!(records, 1);
    }
}

#[tokio::test]
async fn a_refused_or_redirected_write_writes_nothing() {
    for manner in [Manner::Refuses, Manner::Redirects] {
        let (result, records) = applied(manner).await;
        let error = result.expect_err("an error");
        assert!(matches!(error, SyncError::NotWritten(_)), "{manner:?}: {error}");
        assert!(error.to_string().starts_with("nothing was written"), "{error}");
        assert_eq!(records, 1);
    }
}
