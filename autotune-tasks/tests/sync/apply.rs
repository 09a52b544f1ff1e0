//! What is done with a confirmed plan, whatever the server does.

use autotune_tasks::profile_store::{ProfileStore, Selection};
use autotune_tasks::sync::{
    Outcome, Plan, ProfileRecords, Request, Since, SyncError, SyncRefusal, SyncReport, Token, Wish, apply,
    sync,
};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    documents::{Ratios, USUAL, now, planned, recommendation, stored, text_record},
    memory::{Memory, Write},
};

struct Case {
    server: Memory,
    plan: Plan,
    backups: TempDir,
}

impl Case {
    fn new(write: Write) -> Self {
        Self::with_records(write, &[text_record()])
    }

    fn with_records(write: Write, records: &[Value]) -> Self {
        let plan = planned(&text_record(), USUAL).expect("a plan");
        let backups = tempfile::tempdir().expect("a directory");
        Self { server: Memory::new(write, records), plan, backups }
    }

    async fn apply(&self) -> Result<Outcome, SyncError> {
        self.apply_with(&self.plan.token().clone()).await
    }

    async fn apply_with(&self, token: &Token) -> Result<Outcome, SyncError> {
        apply(&self.server, &self.plan, token, self.backups.path(), now()).await
    }

    async fn sync(&self, request: Request) -> Result<SyncReport, SyncError> {
        self.sync_with(&Wish { request, ..Wish::default() }).await
    }

    /// What a run of the flow does, after its analysis.
    async fn sync_with(&self, wish: &Wish) -> Result<SyncReport, SyncError> {
        let records = self.server.state().records.clone();
        let selection = Selection::default();
        let baseline =
            ProfileStore::new(records, Vec::new(), now()).baseline(&selection).expect("a baseline");
        let tuned = recommendation(&text_record(), "Default", USUAL);
        sync(&self.server, &baseline, &tuned, wish, now()).await
    }

    /// The error, and how many writes and records there are after it.
    async fn fails(&self, posts: usize, records: usize) -> (SyncError, String) {
        let error = self.apply().await.expect_err("an error");
        assert_eq!(self.server.counts(), (posts, records), "{error}");
        let text = error.to_string();
        for private in ["Default", "48", "58", "0.65", "Amsterdam"] {
            assert!(!text.contains(private), "{text}");
        }
        (error, text)
    }

    fn backups(&self) -> usize {
        self.backups.path().read_dir().expect("a directory").count()
    }
}

#[tokio::test]
async fn a_confirmed_plan_adds_one_record_and_reads_it_back() {
    let case = Case::new(Write::Works);
    let outcome = case.apply().await.expect("written");
    let state = case.server.state();
    assert_eq!((state.posts, state.records.len()), (1, 2));
    assert_eq!(state.records[1], text_record());
    let Outcome::Written { id, token, backup } = outcome else { panic!("{outcome:?}") };
    assert_eq!((json!(id), &token), (state.records[0]["_id"].clone(), case.plan.token()));
    let saved = std::fs::read_to_string(backup).expect("a backup");
    assert_eq!(serde_json::from_str::<Value>(&saved).expect("JSON"), text_record());
}

#[tokio::test]
async fn a_dry_run_writes_nothing_and_says_how_to() {
    let case = Case::new(Write::Works);
    let report = case.sync(Request::DryRun).await.expect("a report");
    assert_eq!((case.server.counts(), case.backups()), ((0, 1), 0));
    let report = report.with_command(|token| format!("autotune … --apply --confirm {token}"));
    let text = report.to_string();
    assert!(text.contains("Nothing was written. This is not medical advice"), "{text}");
    assert!(text.ends_with(&format!("autotune … --apply --confirm {}", case.plan.token())), "{text}");
}

#[tokio::test]
async fn a_dry_run_of_what_is_refused_says_so() {
    let case = Case::new(Write::Works);
    let wish = Wish { tuned_name: "Mine".to_owned(), ..Wish::default() };
    let report = case.sync_with(&wish).await.expect("a report");
    assert!(matches!(report.outcome, Outcome::Refused { .. }), "{report}");
    assert!(
        report
            .to_string()
            .starts_with("This is not for writing to Nightscout: nothing was written: the name")
    );
    let request =
        Request::Apply { confirm: case.plan.token().clone(), backup: case.backups.path().to_owned() };
    let result = case.sync_with(&Wish { request, ..wish }).await;
    assert!(matches!(result, Err(SyncError::Refused(SyncRefusal::NameOfOthers))), "{result:?}");
    assert_eq!((case.server.counts(), case.backups()), ((0, 1), 0));
}

#[tokio::test]
async fn days_with_another_profile_than_the_present_one_are_not_written_from() {
    let case = Case::new(Write::Works);
    let request =
        Request::Apply { confirm: case.plan.token().clone(), backup: case.backups.path().to_owned() };
    let wish = Wish { request, since: Since::ProfileChanged, ..Wish::default() };
    let result = case.sync_with(&wish).await;
    assert!(matches!(result, Err(SyncError::Refused(SyncRefusal::ChangedSince))), "{result:?}");
    assert_eq!((case.server.counts(), case.backups()), ((0, 1), 0));
}

#[tokio::test]
async fn an_entry_that_was_switched_to_is_in_force() {
    let written = planned(&text_record(), Ratios { isf: 1.1, ..USUAL }).expect("a plan");
    let record = stored(written.record(), "6b03d46f412e5e6a27df2195");
    let later = now() + jiff::SignedDuration::from_hours(24);
    let in_force = async |switches: &[(&str, u32)]| {
        let server = Memory::new(Write::Works, std::slice::from_ref(&record));
        server.state().switches = switches
            .iter()
            .enumerate()
            .map(|(day, (name, minutes))| {
                let at = format!("2024-05-{:02}T08:00:00.000Z", 10 + day);
                json!({ "eventType": "Profile Switch", "created_at": at, "profile": name, "duration": minutes })
            })
            .collect();
        let selection = Selection { name: Some("Default".to_owned()), ..Selection::default() };
        let store = ProfileStore::new(vec![record.clone()], Vec::new(), later);
        let baseline = store.baseline(&selection).expect("a baseline");
        let tuned = recommendation(&record, "Default", USUAL);
        let report = sync(&server, &baseline, &tuned, &Wish::default(), later).await.expect("a report");
        match report.outcome {
            Outcome::Refused { reason } => {
                assert!(reason.contains("the tuned entry is the one in force"), "{reason}");
                true
            }
            _ => false,
        }
    };
    assert!(!in_force(&[]).await);
    assert!(in_force(&[("Autotune", 0)]).await);
    assert!(!in_force(&[("Autotune", 0), ("Default", 0)]).await);
    assert!(in_force(&[("Autotune", 0), ("Default", 60)]).await);
    assert!(in_force(&[("Default", 0), ("Autotune", 60)]).await);
}

#[tokio::test]
async fn the_same_confirmation_never_writes_twice() {
    let case = Case::new(Write::Works);
    let request = Request::new(true, Some(&case.plan.token().to_string()), case.backups.path().to_owned());
    let request = request.expect("a request");
    let first = case.sync(request.clone()).await.expect("written");
    assert!(matches!(first.outcome, Outcome::Written { .. }), "{first}");
    for _ in 0..2 {
        let again = case.sync(request.clone()).await.expect("an answer");
        assert!(matches!(again.outcome, Outcome::AlreadyWritten { .. }), "{again}");
        assert!(matches!(case.apply().await, Ok(Outcome::AlreadyWritten { .. })));
    }
    assert_eq!((case.server.counts(), case.backups()), ((1, 2), 1));
}

#[tokio::test]
async fn another_change_than_the_confirmed_one_is_not_written() {
    let case = Case::new(Write::Works);
    let error = case.apply_with(&"0123456789ab".parse().expect("a token")).await;
    assert!(matches!(error, Err(SyncError::OtherChange)), "{error:?}");
    assert_eq!((case.server.counts(), case.backups()), ((0, 1), 0));
}

#[tokio::test]
async fn a_profile_that_was_changed_in_between_is_left_alone() {
    let mut edited = text_record();
    edited["store"]["Default"]["basal"][0]["value"] = json!("0.7");
    let mut newer = text_record();
    (newer["_id"], newer["startDate"]) =
        (json!("6b03d46f412e5e6a27df2199"), json!("2024-05-20T09:00:00.000Z"));
    for records in [vec![edited], vec![newer, text_record()]] {
        let case = Case::with_records(Write::Works, &records);
        assert!(matches!(case.fails(0, records.len()).await.0, SyncError::Changed));
        assert_eq!(case.backups(), 0);
    }
    let case = Case::with_records(Write::Works, &[]);
    assert!(matches!(case.fails(0, 0).await.0, SyncError::NoRecord));
    let mut future = text_record();
    future["startDate"] = json!("2024-06-20T09:00:00.000Z");
    let case = Case::with_records(Write::Works, &[future, text_record()]);
    assert!(matches!(case.fails(0, 2).await.0, SyncError::Refused(SyncRefusal::FutureRecord)));
}

#[tokio::test]
async fn without_a_backup_nothing_is_written() {
    let mut case = Case::new(Write::Works);
    let file = case.backups.path().join("file");
    std::fs::write(&file, "").expect("a file");
    let result = apply(&case.server, &case.plan, case.plan.token(), &file.join("below"), now()).await;
    assert!(matches!(result, Err(SyncError::Backup { .. })), "{result:?}");
    assert_eq!(case.server.state().posts, 0);
    // With a directory that is missing so far, it is made.
    let deeper = case.backups.path().join("a/b");
    let result = apply(&case.server, &case.plan, case.plan.token(), &deeper, now()).await;
    assert!(matches!(result, Ok(Outcome::Written { .. })), "{result:?}");
    case.backups = tempfile::tempdir().expect("a directory");
}

#[tokio::test]
async fn a_token_that_may_only_read_writes_nothing() {
    let (error, text) = Case::new(Write::Forbidden).fails(1, 1).await;
    assert!(matches!(error, SyncError::NotWritten(_)));
    assert!(text.starts_with("nothing was written") && text.contains("api:profile:create"), "{text}");
}

#[tokio::test]
async fn a_write_with_an_unclear_end_is_looked_for_and_not_repeated() {
    let case = Case::new(Write::CutOffAfterStoring);
    assert!(matches!(case.apply().await, Ok(Outcome::Written { .. })));
    assert_eq!(case.server.counts(), (1, 2));

    for (write, records) in [(Write::Fails, 1), (Write::CutOffBeforeStoring, 1), (Write::CutOffForGood, 1)] {
        let case = Case::new(write);
        let (error, text) = case.fails(1, records).await;
        assert!(matches!(error, SyncError::Unknown { .. }), "{write:?}: {error}");
        assert!(text.starts_with("it is unknown whether the profile was written"), "{text}");
        assert!(!text.contains("try again"), "{text}");
        assert!(text.contains(&case.plan.token().entered_by()), "{text}");
    }
}

#[tokio::test]
async fn what_reads_back_differently_is_told() {
    let case = Case::new(Write::StoredTwice);
    assert!(matches!(case.fails(1, 3).await.0, SyncError::Several { ids } if ids.len() == 2));
    let case = Case::new(Write::StoredChanged);
    let (error, text) = case.fails(1, 2).await;
    assert!(matches!(error, SyncError::Differs { .. }));
    assert!(text.contains("`dia` of an entry of your own, `sens` of the tuned entry"), "{text}");
    assert!(matches!(Case::new(Write::Swallowed).fails(1, 1).await.0, SyncError::Missing { .. }));
    assert!(matches!(Case::new(Write::StoredUnreadable).fails(1, 2).await.0, SyncError::Unverified { .. }));
    assert!(matches!(Case::new(Write::Overtaken).fails(1, 3).await.0, SyncError::Overtaken { .. }));
}

#[tokio::test]
async fn a_write_that_ended_unclearly_can_be_asked_for_again() {
    let case = Case::new(Write::CutOffBeforeStoring);
    let _ = case.fails(1, 1).await;
    // It arrives late.
    let late = stored(case.plan.record(), "6b03d46f412e5e6a27df2199");
    case.server.state().records.insert(0, late);
    assert!(matches!(case.apply().await, Ok(Outcome::AlreadyWritten { .. })));
    assert_eq!(case.server.state().posts, 1);
    assert_eq!(case.server.profiles().await.map(|records| records.len()), Ok(2));
}
