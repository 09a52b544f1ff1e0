//! What holds for every Nightscout: for the one in this process and for a real one.

use autotune_tasks::nightscout::{CredentialKind, Credentials, NightscoutError, Period};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::{
    fake::{Fake, READER},
    week,
};

#[tokio::test]
async fn a_server_in_this_process_is_read_and_written_as_a_real_one() {
    let fake = Fake::start().await;
    hold_for(fake.address(), READER).await;
}

#[tokio::test]
async fn every_request_says_how_much_it_wants_and_bounds_its_dates() {
    let fake = Fake::start().await;
    week::seed(fake.address()).await;
    fake.seen();
    let client = week::client(fake.address(), week::SECRET);
    client.entries(period("2024-03-07T09:00:00Z", 36)).await.expect("entries");
    client.treatments(period("2024-03-07T09:00:00Z", 36)).await.expect("treatments");
    client.profiles().await.expect("profiles");

    let asked: Vec<String> = fake
        .seen()
        .iter()
        .map(|seen| {
            assert_eq!(seen.header("api-secret"), Some(week::HASHED_SECRET));
            assert_eq!(seen.header("accept"), Some("application/json"));
            let query: Vec<String> =
                seen.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
            format!("{} {} {}", seen.method, seen.path, query.join(" "))
        })
        .collect();
    expect_test::expect![[r"
        GET /api/v1/entries/sgv.json find[date][$gte]=1709888400000 find[date][$lte]=1709931599999 count=2000
        GET /api/v1/entries/sgv.json find[date][$gte]=1709802000000 find[date][$lte]=1709888399999 count=2000
        GET /api/v1/treatments.json find[created_at][$gte]=2024-03-08T09:00:00.000Z find[created_at][$lte]=2024-03-08T20:59:59.999Z count=2000
        GET /api/v1/treatments.json find[created_at][$gte]=2024-03-07T09:00:00.000Z find[created_at][$lte]=2024-03-08T08:59:59.999Z count=2000
        GET /api/v1/profile.json count=100"]]
    .assert_eq(&asked.join("\n"));
}

#[tokio::test]
async fn an_answer_that_may_be_cut_short_is_asked_for_in_parts() {
    for most in [10, 100, 1000] {
        let fake = Fake::start().await;
        week::seed(fake.address()).await;
        fake.cut_short_at(most);
        let client = week::client(fake.address(), week::SECRET);
        let entries = client.entries(period("2024-03-06T00:00:00Z", 10 * 24)).await.expect("entries");
        assert_eq!(entries.len(), week::records("entries.json").len(), "cut short at {most}");
    }
}

/// Everything above the wire, against an empty server.
pub(crate) async fn hold_for(address: &str, reader: &str) {
    let client = week::client(address, week::SECRET);
    assert_eq!(client.newest_entry().await, Ok(None));
    assert_eq!(client.entries(period("2024-03-06T00:00:00Z", 240)).await, Ok(Vec::new()));
    assert_eq!(client.treatments(period("2024-03-06T00:00:00Z", 240)).await, Ok(Vec::new()));
    assert_eq!(client.profiles().await, Ok(Vec::new()));

    week::seed(address).await;
    all_records_of_a_period_are_read(address).await;
    all_records_of_a_full_day_are_read(address).await;
    only_good_credentials_are_let_in(address, reader).await;
    a_profile_is_added_and_none_is_changed(address).await;
    switches_are_found_however_old(address).await;
}

async fn all_records_of_a_period_are_read(address: &str) {
    let client = week::client(address, week::SECRET);
    let dated = |entries: &[Value]| -> Vec<(Option<i64>, Option<i64>)> {
        entries.iter().map(|entry| (entry["date"].as_i64(), entry["sgv"].as_i64())).collect()
    };
    let entries = client.entries(period("2024-03-06T00:00:00Z", 240)).await.expect("entries");
    assert_eq!(dated(&entries), dated(&week::records("entries.json")));
    let newest = client.newest_entry().await.expect("an answer").expect("an entry");
    assert_eq!(newest["date"], entries[0]["date"]);

    let kinds = |treatments: &[Value]| {
        let mut kinds: Vec<(Timestamp, String)> = treatments
            .iter()
            .map(|treatment| {
                let created = treatment["created_at"].as_str().expect("a time");
                (created.parse().expect("a time"), treatment["eventType"].to_string())
            })
            .collect();
        kinds.sort();
        kinds
    };
    let treatments = client.treatments(period("2024-03-01T00:00:00Z", 30 * 24)).await.expect("treatments");
    let mut expected = kinds(&week::records("treatments.json"));
    // Nightscout keeps one of two treatments of the same kind and time.
    expected.dedup();
    let mut found = kinds(&treatments);
    found.dedup();
    assert_eq!(found, expected);

    // A period ends before its end.
    let first: Timestamp = "2024-03-14T08:00:00Z".parse().expect("a time");
    let second = first + SignedDuration::from_secs(1);
    assert_eq!(client.entries(Period::new(first, second)).await.expect("entries").len(), 1);
    assert_eq!(client.entries(Period::new(second, second)).await.expect("entries").len(), 0);
}

async fn all_records_of_a_full_day_are_read(address: &str) {
    let start: Timestamp = "2023-06-01T00:00:00Z".parse().expect("a time");
    let at = |minute: i64| start + SignedDuration::from_mins(minute);
    let entry = |minute| {
        let date = at(minute).as_millisecond();
        json!({ "type": "sgv", "sgv": "100", "date": date, "dateString": at(minute).to_string(), "device": "one minute" })
    };
    let note = |minute| json!({ "eventType": "Note", "created_at": at(minute).to_string(), "notes": "x", "carbs": "5" });
    let entries: Vec<Value> = (0..1440).map(entry).collect();
    let notes: Vec<Value> = (0..1440).map(note).collect();
    for (path, records) in [("entries", entries), ("treatments", notes)] {
        for some in records.chunks(240) {
            week::post(address, path, &json!(some)).await;
        }
    }
    let client = week::client(address, week::SECRET);
    let day = Period::new(at(0), at(1440));
    let entries = client.entries(day).await.expect("entries");
    assert_eq!(entries.len(), 1440);
    assert!(entries.iter().all(|entry| entry["sgv"] == 100), "text is read as a number");
    let treatments = client.treatments(day).await.expect("treatments");
    assert_eq!(treatments.len(), 1440);
    assert!(treatments.iter().all(|treatment| treatment["carbs"] == 5), "text is read as a number");
}

async fn only_good_credentials_are_let_in(address: &str, reader: &str) {
    for (credentials, kind) in [
        (Credentials::ANONYMOUS, CredentialKind::Anonymous),
        (Credentials::parse("another secret").expect("a secret"), CredentialKind::ApiSecret),
        (Credentials::parse("reader-ffffffffffffffff").expect("a token"), CredentialKind::AccessToken),
    ] {
        let client = week::client_with(address, credentials);
        let refused = NightscoutError::Unauthorized(kind);
        assert_eq!(client.profiles().await, Err(refused.clone()));
        assert_eq!(client.create_profile(&json!({})).await, Err(refused));
    }
    let client = week::client(address, reader);
    assert_eq!(client.profiles().await.expect("profiles").len(), 1);
    let entries = client.entries(period("2024-03-10T00:00:00Z", 24)).await.expect("entries");
    assert_eq!(entries.len(), 288);
    let refused = Err(NightscoutError::Unauthorized(CredentialKind::AccessToken));
    assert_eq!(client.create_profile(&week::profile_document()).await, refused);
}

async fn a_profile_is_added_and_none_is_changed(address: &str) {
    let client = week::client(address, week::SECRET);
    let before = client.profiles().await.expect("profiles");
    let mut document = before[0].clone();
    document["startDate"] = json!("2024-02-01T00:00:00.000Z");
    document["unknown"] = json!({ "kept": [1, "two"] });

    let stored = client.create_profile(&document).await.expect("what was stored");
    assert_eq!(stored.len(), 1);
    let after = client.profiles().await.expect("profiles");
    assert_eq!(after.len(), 2);
    assert_eq!(after[1], before[0], "the older one is untouched");
    assert_ne!(after[0]["_id"], before[0]["_id"], "the new one has an id of its own");
    assert_eq!(after[0]["_id"], stored[0]["_id"]);
    assert_eq!(after[0]["unknown"], document["unknown"]);
    assert_eq!(after[0]["store"], document["store"]);
}

async fn switches_are_found_however_old(address: &str) {
    let client = week::client(address, week::SECRET);
    assert_eq!(client.profile_switches().await, Ok(Vec::new()));
    for at in ["2016-01-01T00:00:00Z", "2024-01-01T00:00:00Z"] {
        let switch =
            json!({ "eventType": "Profile Switch", "profile": "Default", "created_at": at, "duration": 0 });
        week::post(address, "treatments", &json!([switch])).await;
    }
    let switches = client.profile_switches().await.expect("switches");
    let years: Vec<&str> =
        switches.iter().filter_map(|switch| switch["created_at"].as_str()?.get(..4)).collect();
    assert_eq!(years, ["2024", "2016"]);
}

fn period(from: &str, hours: i64) -> Period {
    let from: Timestamp = from.parse().expect("a time");
    Period::new(from, from + SignedDuration::from_hours(hours))
}
