//! No secret is shown anywhere, and nothing of a person stands in logs and errors.

use std::{
    fmt::Write as _,
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
};

use autotune::{
    event::{Event, Root},
    recorder,
};
use autotune_tasks::{
    nightscout::{Address, Client, Credentials, Period},
    profile_store::{ProfileStore, Selection},
    tasks::{load_nightscout_data, load_nightscout_profile},
};
use jiff::Timestamp;
use serde_json::{Value, json};
use tracing_subscriber::{fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::{
    end_to_end::analysis,
    fake::{Answer, Fake},
    week,
};

/// Digits at the end of every glucose value and dose, found nowhere else.
const MARK: &str = "0471193";
const NAME: &str = "Ernestine at night";
const SECRET: &str = "the-secret-of-ernestine";
const HASHED_SECRET: &str = "b75f297c6c3fbe693678fd771c389db29832072d";

#[tokio::test]
async fn logs_and_errors_show_nothing_of_a_person_and_no_secret() {
    let logged = Captured::default();
    let writer = logged.clone();
    let layer = fmt::layer().with_ansi(false).with_writer(move || writer.clone());
    // Work on other threads is seen as well.
    tracing_subscriber::registry().with(layer).with(tracing_subscriber::filter::LevelFilter::INFO).init();

    recorder::install(keep).expect("the only recorder of this process");

    let fake = Fake::start().await;
    week::post(fake.address(), "entries", &json!(marked(week::records("entries.json"), &["sgv"]))).await;
    let doses = ["insulin", "carbs", "rate", "absolute"];
    week::post(fake.address(), "treatments", &json!(marked(week::records("treatments.json"), &doses))).await;
    let document = marked_document();
    week::post(fake.address(), "profile", &document).await;

    let mut shown = String::new();
    let given = |more: Value| {
        let mut given = json!({ "nightscout_url": fake.address(), "api_secret": week::SECRET, "days": 2 });
        let (Some(all), Value::Object(more)) = (given.as_object_mut(), more) else { panic!("objects") };
        all.extend(more);
        given
    };
    let found = analysis(given(json!({ "profile_name": NAME }))).await.expect("a recommendation");
    assert!(serde_json::to_string(&found).expect("JSON").contains(MARK), "the marks reach the analysis");
    for more in [
        json!({ "profile_name": "Ernestine by day" }),
        json!({ "units": "mmol/L" }),
        json!({ "days": 20 }),
        json!({ "min_entries": 100_000 }),
        json!({ "api_secret": SECRET }),
        json!({ "api_secret": [SECRET] }),
        json!({ "api_secret": format!("https://{SECRET}@ns.example.org") }),
        json!({ "nightscout_url": format!("https://ns.example.org/?token={SECRET}") }),
        json!({ "nightscout_url": format!("https://ernestine:{SECRET}@ns.example.org") }),
    ] {
        shown += &analysis(given(more)).await.expect_err("it is refused");
    }
    fake.next([Answer::new(200, "application/json", document.to_string())]);
    shown += &analysis(given(json!({}))).await.expect_err("an object is no list");
    let echo = Answer::json(500, &json!({ "message": format!("{SECRET} {NAME} {MARK}") }));
    fake.next([echo]);
    let problem = client(&fake).profiles().await.expect_err("a problem");
    let problem = format!("{problem} {problem:?}");
    shown += &problem;
    shown += &values(&fake).await;

    let logged = logged.text();
    assert!(logged.contains("glucose entries,") && logged.contains("validate-profile"), "{logged}");
    assert!(shown.contains("refuses access") && shown.contains("Document(of"), "{shown}");
    recorder::flush().await;
    let history = HISTORY.lock().unwrap_or_else(PoisonError::into_inner).clone();
    assert!(history.contains("autotune-report"), "nothing was recorded: {history}");
    for secret in [SECRET, HASHED_SECRET, week::SECRET, week::HASHED_SECRET] {
        assert!(!history.contains(secret), "a secret was recorded");
    }
    for (what, text) in [("logged", logged), ("shown", shown)] {
        for private in
            [MARK, "Ernestine", "ernestine", SECRET, HASHED_SECRET, week::SECRET, week::HASHED_SECRET]
        {
            let line = text.lines().find(|line| line.contains(private));
            assert_eq!(line, None, "`{private}` was {what}");
        }
    }
}

/// All that was recorded, as `Debug` shows it.
static HISTORY: Mutex<String> = Mutex::new(String::new());

fn keep(root: &Root, events: Vec<Event>) {
    let mut history = HISTORY.lock().unwrap_or_else(PoisonError::into_inner);
    for event in events {
        writeln!(history, "{root:?} {event:?}").expect("a string takes everything");
    }
}

/// Every value on the way, as `Debug` shows it.
async fn values(fake: &Fake) -> String {
    let client = client(fake);
    let address = Address::parse(fake.address()).expect("an address");
    let credentials = || Credentials::parse(week::SECRET).expect("a secret");
    let store = load_nightscout_profile(address.clone(), credentials()).await.expect("profiles");
    let selection = Selection { name: Some(NAME.to_owned()), ..Selection::default() };
    let baseline = store.baseline(&selection).expect("a profile");
    let zone = baseline.zone.clone();
    let download = load_nightscout_data(address, credentials(), zone, None, 2).await.expect("data");
    let switch =
        json!({ "eventType": "Profile Switch", "created_at": "2024-02-01T00:00:00Z", "profile": NAME });
    let switched = ProfileStore::new(vec![marked_document()], vec![switch], Timestamp::now());
    let active = switched.baseline(&Selection::default()).expect("a profile");
    let period = Period::new(Timestamp::UNIX_EPOCH, Timestamp::now());
    format!(
        "{client:?} {:?} {store:?} {selection:?} {baseline:?} {:?} {:?} {download:?} {switched:?} {active:?} {period:?}",
        credentials(),
        baseline.stored,
        baseline.stored.basal.segments(),
    )
}

fn client(fake: &Fake) -> Client {
    week::client(fake.address(), week::SECRET)
}

fn marked(mut records: Vec<Value>, fields: &[&str]) -> Vec<Value> {
    for record in &mut records {
        for field in fields {
            if let Some(number) = record.get(*field).and_then(Value::as_f64) {
                record[*field] = json!(mark(number));
            }
        }
    }
    records
}

fn marked_document() -> Value {
    let mut document = week::profile_document();
    let mut profile = document["store"]["Default"].take();
    for field in ["basal", "sens", "carbratio"] {
        for entry in profile[field].as_array_mut().expect("a schedule") {
            let number: f64 = entry["value"].as_str().and_then(|text| text.parse().ok()).expect("a number");
            entry["value"] = json!(mark(number));
        }
    }
    document["store"] = json!({ NAME: profile });
    document["defaultProfile"] = json!(NAME);
    document
}

/// The number with the mark behind its second place.
fn mark(number: f64) -> f64 {
    format!("{number:.2}{MARK}").parse().expect("a number")
}

/// What was logged.
#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Captured {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
