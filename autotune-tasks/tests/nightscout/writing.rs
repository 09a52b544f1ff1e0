//! From a Nightscout to a tuned profile in it, and not a step further.

use std::path::Path;

use autotune::Registry;
use autotune_tasks::{
    analysis::Analysis,
    sync::{Outcome, SyncReport},
};
use serde_json::{Map, Value, json};

use crate::{
    fake::{Fake, READER},
    server::Server,
    week,
};

#[tokio::test]
async fn a_tuned_profile_is_shown_confirmed_and_written_once() {
    let fake = Fake::start().await;
    week::seed(fake.address()).await;
    fake.seen();
    writes_one_record(fake.address(), week::SECRET).await;
    let writes: Vec<String> =
        fake.seen().into_iter().filter(|seen| seen.method != "GET").map(|seen| seen.path).collect();
    assert_eq!(writes, ["/api/v1/profile"]);
}

#[tokio::test]
async fn a_confirmation_of_something_else_writes_nothing() {
    let fake = Fake::start().await;
    week::seed(fake.address()).await;
    let backups = tempfile::tempdir().expect("a directory");
    let token = token(&run(fake.address(), backups.path(), json!({})).await.expect("a dry run"));

    // The profile was changed in between.
    let mut edited = week::profile_document();
    edited["startDate"] = json!("2024-06-01T00:00:00.000Z");
    edited["store"]["Default"]["target_low"][0]["value"] = json!("99");
    week::post(fake.address(), "profile", &edited).await;
    fake.seen();
    let confirmed = |more: Value| async {
        let mut parameters = json!({ "apply": true, "confirm": token });
        extend(&mut parameters, more);
        run(fake.address(), backups.path(), parameters).await.expect_err("refused")
    };
    for more in [json!({}), json!({ "days": 6 }), json!({ "activate": true }), json!({ "basal_step": 0.05 })]
    {
        let error = confirmed(more).await;
        assert!(error.contains("nothing was written: the confirmation is for another change"), "{error}");
    }
    let error = confirmed(json!({ "days": 2 })).await;
    assert!(error.contains("only 2 days were analysed"), "{error}");
    let error = confirmed(json!({ "tuned_name": "Default" })).await;
    assert!(error.contains("write one that begins with `Autotune`"), "{error}");
    assert!(fake.seen().iter().all(|seen| seen.method == "GET"));
    assert_eq!(backups.path().read_dir().expect("a directory").count(), 0);
}

#[tokio::test]
async fn a_write_has_to_be_asked_for_and_confirmed_before_anything_is_read() {
    let fake = Fake::start().await;
    let backups = tempfile::tempdir().expect("a directory");
    for (parameters, expected) in [
        (json!({ "apply": true }), "a write has to be confirmed"),
        (json!({ "confirm": "0123456789ab" }), "`--confirm` is for a run with `--apply`"),
        (json!({ "apply": true, "confirm": "yes" }), "the confirmation is not a token"),
    ] {
        let error = run(fake.address(), backups.path(), parameters).await.expect_err(expected);
        assert!(error.contains(expected), "{error}");
    }
    assert_eq!(fake.seen().len(), 0);
    let files = json!({ "data": week::directory(), "apply": true, "confirm": "0123456789ab" });
    let error = start(files).await.expect_err("no Nightscout");
    assert!(error.contains("`--apply` and `--confirm` are for a Nightscout"), "{error}");
}

#[tokio::test]
async fn a_token_that_may_only_read_shows_and_does_not_write() {
    let fake = Fake::start().await;
    week::seed(fake.address()).await;
    let backups = tempfile::tempdir().expect("a directory");
    let reader = json!({ "api_secret": READER });
    let token = token(&run(fake.address(), backups.path(), reader).await.expect("a dry run"));
    let parameters = json!({ "api_secret": READER, "apply": true, "confirm": token });
    let error = run(fake.address(), backups.path(), parameters).await.expect_err("it may not write");
    assert!(error.contains("nothing was written") && error.contains("api:profile:create"), "{error}");
    assert_eq!(profiles(fake.address()).await.len(), 1);
}

#[tokio::test]
async fn a_dry_run_of_too_few_days_still_shows_the_recommendation() {
    let fake = Fake::start().await;
    week::seed(fake.address()).await;
    let backups = tempfile::tempdir().expect("a directory");
    let found = run(fake.address(), backups.path(), json!({ "days": 2 })).await.expect("a recommendation");
    assert_eq!(found.recommendation.days.len(), 2);
    let Some(SyncReport { outcome: Outcome::Refused { reason }, .. }) = found.sync else { panic!("{found}") };
    assert!(reason.contains("fewer than 3 are too little"), "{reason}");
}

#[tokio::test]
async fn a_real_nightscout_gets_one_record_more() {
    let Some(server) = Server::start().await else { return };
    week::seed(server.address()).await;
    let token = least_privileged(server.address()).await;
    writes_one_record(server.address(), &token).await;
}

/// An access token with just the permissions that the guide says.
async fn least_privileged(address: &str) -> String {
    let guide = include_str!("../../../docs/nightscout.md");
    let permissions: Vec<&str> =
        guide.lines().map(str::trim).filter(|line| line.starts_with("api:")).collect();
    assert_eq!(permissions.len(), 4, "{permissions:?}");
    let http = week::http();
    let of = |what: &str| format!("{address}/api/v2/authorization/{what}");
    let role = json!({ "name": "autotune", "permissions": permissions, "notes": "" });
    let subject = json!({ "name": "autotune", "roles": ["autotune"], "notes": "" });
    for (what, body) in [("roles", role), ("subjects", subject)] {
        let request = http.post(of(what)).header("api-secret", week::HASHED_SECRET).json(&body);
        assert!(request.send().await.expect("an answer").status().is_success());
    }
    let request = http.get(of("subjects")).header("api-secret", week::HASHED_SECRET);
    let subjects: Value = request.send().await.expect("an answer").json().await.expect("subjects");
    subjects[0]["accessToken"].as_str().expect("a token").to_owned()
}

/// Dry run, write, and what is there then; the server has the sample week.
async fn writes_one_record(address: &str, secret: &str) {
    let backups = tempfile::tempdir().expect("a directory");
    let before = profiles(address).await;
    assert_eq!(before.len(), 1);

    let shown = run(address, backups.path(), json!({ "api_secret": secret })).await.expect("a dry run");
    assert_eq!(profiles(address).await, before, "a dry run writes nothing");
    let token = token(&shown);
    let text = shown.to_string();
    let command = format!(
        "autotune run autotune-analysis --nightscout-url {address} --days 7 --backup-dir {} --until 2024-03-13 \
         --apply --confirm {token}",
        backups.path().display(),
    );
    assert!(text.ends_with(&command), "{text}\n\n{command}");

    let confirmed = json!({ "apply": true, "confirm": token, "until": "2024-03-13", "api_secret": secret });
    let written = run(address, backups.path(), confirmed.clone()).await.expect("written");
    let sync = written.sync.expect("a report");
    let Outcome::Written { id, backup, .. } = &sync.outcome else { panic!("{sync}") };
    assert_eq!(sync.diff, shown.sync.and_then(|sync| sync.diff), "what was shown is what was written");

    let after = profiles(address).await;
    assert_eq!(after.len(), 2, "one record more");
    assert_eq!(after[1], before[0], "the record before is untouched");
    let new = &after[0];
    assert_eq!(new["_id"], json!(id));
    assert_eq!(new["defaultProfile"], json!("Default"));
    assert_eq!(new["store"]["Default"], before[0]["store"]["Default"], "the own entry is untouched");
    let tuned = &new["store"]["Autotune"];
    assert_eq!(tuned["sens"][0]["value"], json!("55"));
    assert_eq!(tuned["carbratio"][0]["value"], json!("10.9"), "the tuned carb ratio arrives");
    assert_eq!(tuned["basal"].as_array().map(Vec::len), Some(24));
    let saved: Value =
        serde_json::from_str(&std::fs::read_to_string(backup).expect("a backup")).expect("JSON");
    assert_eq!(saved, before[0]);

    let again = run(address, backups.path(), confirmed).await.expect("an answer");
    assert!(
        matches!(&again.sync, Some(SyncReport { outcome: Outcome::AlreadyWritten { id: found, .. }, .. }) if found == id)
    );
    assert_eq!(profiles(address).await, after, "the same confirmation writes nothing more");

    // The next run starts from the own entry, and finds nothing new.
    let next = run(address, backups.path(), json!({ "api_secret": secret })).await.expect("a dry run");
    assert_eq!(next.recommendation, shown.recommendation);
    let Some(SyncReport { outcome: Outcome::Refused { reason }, .. }) = next.sync else { panic!("{next}") };
    assert!(reason.contains("already has these values"), "{reason}");
}

/// All profile records, newest first.
async fn profiles(address: &str) -> Vec<Value> {
    week::client(address, week::SECRET).profiles().await.expect("records")
}

fn token(shown: &Analysis) -> String {
    match &shown.sync {
        Some(SyncReport { outcome: Outcome::DryRun { token, .. }, .. }) => token.to_string(),
        other => panic!("{other:?}"),
    }
}

async fn run(address: &str, backups: &Path, more: Value) -> Result<Analysis, String> {
    let mut parameters =
        json!({ "nightscout_url": address, "api_secret": week::SECRET, "backup_dir": backups });
    extend(&mut parameters, more);
    start(parameters).await
}

fn extend(parameters: &mut Value, more: Value) {
    let (Value::Object(all), Value::Object(more)) = (parameters, more) else { panic!("objects") };
    all.extend::<Map<String, Value>>(more);
}

/// Runs the flow as the command line does.
async fn start(parameters: Value) -> Result<Analysis, String> {
    let run =
        Registry::discovered().start("autotune-analysis", parameters).map_err(|error| error.to_string())?;
    let outcome = run.await;
    match outcome.json {
        Some(json) if outcome.message.is_none() => Ok(serde_json::from_value(json).expect("an analysis")),
        _ => Err(outcome.message.unwrap_or_default()),
    }
}
