//! The sample week, as a Nightscout has it, and how it gets there.

use std::{fs, path::PathBuf, sync::Arc};

use autotune_tasks::nightscout::{Address, Client, Credentials};
use serde_json::{Value, json};

/// The API secret of every server here.
pub(crate) const SECRET: &str = "autotune-test-secret-123";
/// As Nightscout wants it.
pub(crate) const HASHED_SECRET: &str = "8272f4cdbda83a72bc8446561fae8c3ea0870270";

pub(crate) fn directory() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data/week")
}

pub(crate) fn file(name: &str) -> Value {
    let text = fs::read_to_string(directory().join(name)).expect("a file of the sample week");
    serde_json::from_str(&text).expect("JSON")
}

pub(crate) fn records(name: &str) -> Vec<Value> {
    file(name).as_array().expect("a list").clone()
}

/// The week's profile as a document of Nightscout, with everything as text.
pub(crate) fn profile_document() -> Value {
    let profile = file("profile.json");
    let entry = |minute: &Value, value: &Value| {
        let minute = minute.as_u64().expect("minutes");
        json!({
            "time": format!("{:02}:{:02}", minute / 60, minute % 60),
            "timeAsSeconds": (minute * 60).to_string(),
            "value": value.to_string(),
        })
    };
    let list = |path: &str, minute: &str, value: &str| -> Vec<Value> {
        let entries = profile.pointer(path).and_then(Value::as_array).expect("a schedule");
        entries.iter().map(|found| entry(&found[minute], &found[value])).collect()
    };
    json!({
        "defaultProfile": "Default",
        "startDate": "2024-01-01T00:00:00.000Z",
        "created_at": "2024-01-01T00:00:00.000Z",
        "mills": "1704067200000",
        "units": "mg/dl",
        "store": { "Default": {
            "dia": profile["dia"].to_string(),
            "carbs_hr": "20",
            "delay": "20",
            "timezone": profile["timezone"],
            "units": "mg/dl",
            "basal": list("/basalprofile", "minutes", "rate"),
            "sens": list("/isfProfile/sensitivities", "offset", "sensitivity"),
            "carbratio": list("/carb_ratios/schedule", "offset", "ratio"),
            "target_low": list("/bg_targets/targets", "offset", "low"),
            "target_high": list("/bg_targets/targets", "offset", "high"),
        } },
    })
}

/// Puts the week into a Nightscout.
pub(crate) async fn seed(address: &str) {
    for (path, records) in [("entries", records("entries.json")), ("treatments", records("treatments.json"))]
    {
        for some in records.chunks(250) {
            post(address, path, &json!(some)).await;
        }
    }
    post(address, "profile", &profile_document()).await;
}

/// Puts records into a Nightscout, as an uploader does.
pub(crate) async fn post(address: &str, path: &str, records: &Value) -> Value {
    let url = format!("{address}/api/v1/{path}.json");
    let request = http().post(url).header("api-secret", HASHED_SECRET).json(records);
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.status().as_u16(), 200, "{path}");
    answer.json().await.expect("what was stored")
}

pub(crate) fn client(address: &str, secret: &str) -> Client {
    client_with(address, Credentials::parse(secret).expect("a secret"))
}

pub(crate) fn client_with(address: &str, credentials: Credentials) -> Client {
    Client::new(Address::parse(address).expect("an address"), credentials).expect("a client")
}

/// An HTTP client that knows nothing of ours.
pub(crate) fn http() -> reqwest::Client {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("protocol versions")
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    reqwest::Client::builder().tls_backend_preconfigured(tls).build().expect("a client")
}
