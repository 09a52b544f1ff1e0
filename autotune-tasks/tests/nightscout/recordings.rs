//! What servers of two versions have answered, word for word.

use std::{io::Read, path::Path};

use autotune_tasks::nightscout::{Client, CredentialKind, Credentials, NightscoutError, Period};
use flate2::read::GzDecoder;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    fake::{Answer, Fake},
    week,
};

const VERSIONS: [&str; 2] = ["0.12.8", "15.0.7"];

#[tokio::test]
async fn recorded_answers_are_read_as_data() {
    for version in VERSIONS {
        let recorded = recording(version);
        let client = replay(&recorded, "GET entries find[dateString] ISO").await;
        let entries = client.client.entries(minute()).await.expect("entries");
        assert_eq!(entries.len(), 3, "{version}");
        assert_eq!(
            (entries[0]["sgv"].as_f64(), entries[0]["date"].as_i64()),
            (Some(103.0), Some(1_715_652_600_000))
        );

        let client = replay(&recorded, "GET treatments by created_at").await;
        let treatments = client.client.treatments(minute()).await.expect("treatments");
        assert_eq!(treatments.len(), 4);
        assert_eq!(treatments[3]["absolute"], json!(1.2));

        let client = replay(&recorded, "GET profile").await;
        assert_eq!(client.client.profiles().await.expect("profiles")[0]["defaultProfile"], json!("Default"));
        let client = replay(&recorded, "GET profile empty").await;
        assert_eq!(client.client.profiles().await, Ok(Vec::new()));

        let client = replay(&recorded, "POST profile as new record (oref0-upload-profile way)").await;
        let stored = client.client.create_profile(&json!({})).await.expect("what was stored");
        assert!(stored[0]["_id"].is_string(), "{version}");
    }
}

#[tokio::test]
async fn recorded_refusals_are_never_taken_for_data() {
    let unauthorized = || NightscoutError::Unauthorized(CredentialKind::ApiSecret);
    for version in VERSIONS {
        let recorded = recording(version);
        for (name, expected) in [
            ("status anon (AUTH_DEFAULT_ROLES=denied)", unauthorized()),
            ("status wrong secret", unauthorized()),
            ("status plain (unhashed) secret", unauthorized()),
            ("exchange bad token", unauthorized()),
            ("v1 with bad JWT", unauthorized()),
            ("POST profile no auth", unauthorized()),
            ("GET profile/current empty", NightscoutError::NotAList { what: "entries", found: "null" }),
            (
                "GET entries/sgv (no .json, no Accept)",
                NightscoutError::NotJson { what: "entries", found: "a table of tab-separated text" },
            ),
            ("GET entries bad date", NightscoutError::Server { status: 500, what: "entries" }),
            ("GET entries by unknown id", NightscoutError::Server { status: 500, what: "entries" }),
            ("GET entries If-Modified-Since future", NightscoutError::Redirected { status: 304 }),
            ("GET unknown v1 path", NightscoutError::NotFound { what: "entries" }),
            ("status sha1 secret", NightscoutError::NotAList { what: "entries", found: "an object" }),
        ] {
            let replayed = replay(&recorded, name).await;
            let found = replayed.client.entries(minute()).await;
            assert_eq!(found, Err(expected), "{version}: {name}");
        }
    }
    // The same question, answered with a problem by one version and with `null` by the other.
    let found = |version| async move {
        replay(&recording(version), "GET treatments bad date").await.client.treatments(minute()).await
    };
    assert_eq!(found("0.12.8").await, Err(NightscoutError::Server { status: 500, what: "treatments" }));
    assert_eq!(found("15.0.7").await, Err(NightscoutError::NotAList { what: "treatments", found: "null" }));
}

#[tokio::test]
async fn a_token_is_exchanged_as_it_was_recorded() {
    for version in VERSIONS {
        let recorded = recording(version);
        let exchange = named(&recorded, "exchange access token for JWT");
        let path = exchange["request"]["path"].as_str().expect("a path");
        let token = path.rsplit('/').next().expect("a token");
        let fake = Fake::start().await;
        fake.next([
            answer(exchange),
            answer(named(&recorded, "GET profile")),
            answer(named(&recorded, "GET profile")),
        ]);
        let client = week::client_with(fake.address(), Credentials::parse(token).expect("a token"));
        client.profiles().await.expect("profiles");
        client.profiles().await.expect("profiles");

        let seen = fake.seen();
        assert!(seen[0].path.ends_with(path), "{version}: {}", seen[0].path);
        let bearer = named(&recorded, "v1 with Bearer JWT");
        for request in &seen[1..] {
            assert_eq!(
                request.header("authorization"),
                bearer["request"]["headers"]["authorization"].as_str()
            );
            assert_eq!(request.header("api-secret"), None);
        }
        assert_eq!(seen.len(), 3, "a token is exchanged once");
    }
}

struct Replayed {
    client: Client,
    _fake: Fake,
}

/// A client of a server that answers everything with one recorded answer.
async fn replay(recorded: &[Value], name: &str) -> Replayed {
    let fake = Fake::always(answer(named(recorded, name))).await;
    Replayed { client: week::client(fake.address(), week::SECRET), _fake: fake }
}

fn answer(exchange: &Value) -> Answer {
    let response = &exchange["response"];
    let status = response["status"].as_u64().and_then(|status| u16::try_from(status).ok()).expect("a status");
    let kind = response["headers"]["content-type"].as_str().unwrap_or("text/plain");
    let body = &response["body"];
    match body {
        Value::String(text) if !kind.contains("json") => Answer::new(status, kind, text.as_str()),
        body => Answer::new(status, kind, body.to_string()),
    }
}

fn named<'r>(recorded: &'r [Value], name: &str) -> &'r Value {
    recorded
        .iter()
        .find(|exchange| exchange["name"] == name)
        .unwrap_or_else(|| panic!("`{name}` is recorded"))
}

fn recording(version: &str) -> Vec<Value> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/nightscout/recordings");
    let file =
        std::fs::File::open(directory.join(format!("nightscout-{version}.json.gz"))).expect("a recording");
    let mut text = String::new();
    GzDecoder::new(file).read_to_string(&mut text).expect("compressed text");
    let recorded: Value = serde_json::from_str(&text).expect("JSON");
    recorded["exchanges"].as_array().expect("exchanges").clone()
}

fn minute() -> Period {
    let at = |text: &str| text.parse::<Timestamp>().expect("a time");
    Period::new(at("2024-05-14T02:10:00Z"), at("2024-05-14T02:10:30Z"))
}
