//! Nothing of a person stands in what is logged, in errors and in what is shown for debugging.

use std::{
    fmt::Write as _,
    io::{self, Write},
    sync::{Arc, Mutex},
};

use autotune_tasks::{
    profile_store::{ProfileStore, Selection},
    sync::{Options, Request, SyncError, SyncReport, Wish, plan, sync},
    tasks::sync_profile_to_nightscout,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tracing_subscriber::{filter::LevelFilter, fmt, layer::SubscriberExt};

use crate::{
    documents::{USUAL, now, recommendation, text_record},
    memory::{self, Memory},
    server::{Manner, Server},
};

const NAME: &str = "Ernestine at night";
/// Digits that every value has, found nowhere else.
const MARK: &str = "7193";
const SECRET: &str = "autotune-test-secret-123";
const HASHED_SECRET: &str = "8272f4cdbda83a72bc8446561fae8c3ea0870270";

#[tokio::test]
async fn logs_errors_and_debug_show_nothing_of_a_person_and_no_secret() {
    let logged = Captured::default();
    let writer = logged.clone();
    let layer = fmt::layer().with_ansi(false).with_writer(move || writer.clone());
    let subscriber = tracing_subscriber::registry().with(layer).with(LevelFilter::INFO);
    // For every thread, so that no test without a subscriber silences a callsite.
    tracing_subscriber::util::SubscriberInitExt::init(subscriber);

    let backups = tempfile::tempdir().expect("a directory");
    let mut shown = String::new();
    for write in memory::ALL {
        let result = applied(&Memory::new(write, &[record()])).await;
        shown +=
            &result.map_or_else(|error| format!("{error} {error:?}\n"), |report| format!("{report:?}\n"));
    }
    for manner in [Manner::Stores, Manner::CutsOffBefore, Manner::Refuses, Manner::Fails] {
        let server = Server::start(manner, record()).await;
        let (wish, baseline) = (wish(&backups), baseline());
        let tuned = recommendation(&record(), NAME, USUAL);
        let (address, credentials) = server.access();
        let result = sync_profile_to_nightscout(address, credentials, &baseline, &tuned, &wish).await;
        shown +=
            &result.map_or_else(|error| format!("{error} {error:?}\n"), |report| format!("{report:?}\n"));
    }
    let mut options = Options::from_baseline(NAME);
    options.name = format!("Autotune {NAME}");
    let plan = plan(&record(), &recommendation(&record(), NAME, USUAL), &options, now()).expect("a plan");
    let (wish, diff) = (wish(&backups), plan.diff());
    write!(shown, "{plan:?} {options:?} {wish:?} {diff:?} {:?}", diff.basal)
        .expect("a string takes everything");
    assert!(plan.diff().to_string().contains(NAME), "a person sees the names");

    let logged = logged.text();
    assert!(logged.contains("the profile record is saved") && logged.contains("looking for it"), "{logged}");
    assert!(shown.contains("it is unknown whether"), "{shown}");
    for text in [logged, shown] {
        for private in ["Ernestine", MARK, SECRET, HASHED_SECRET] {
            assert_eq!(text.lines().find(|line| line.contains(private)), None, "{private}");
        }
    }
}

fn record() -> Value {
    let mut record = text_record();
    let mut entry = record["store"]["Default"].clone();
    entry["sens"][0]["value"] = json!(format!("48.{MARK}"));
    entry["carbratio"][0]["value"] = json!(format!("10.{MARK}"));
    entry["basal"][0]["value"] = json!(format!("0.6{MARK}"));
    record["defaultProfile"] = json!(NAME);
    record["store"] = json!({ NAME: entry });
    record
}

fn baseline() -> autotune_tasks::profile_store::Baseline {
    let store = ProfileStore::new(vec![record()], Vec::new(), now());
    store.baseline(&Selection::default()).expect("a baseline")
}

/// A write that is confirmed, whatever its token is.
fn wish(backups: &TempDir) -> Wish {
    let options = Options::from_baseline(NAME);
    let plan = plan(&record(), &recommendation(&record(), NAME, USUAL), &options, now()).expect("a plan");
    let request = Request::Apply { confirm: plan.token().clone(), backup: backups.path().to_owned() };
    Wish { request, ..Wish::default() }
}

async fn applied(server: &Memory) -> Result<SyncReport, SyncError> {
    let backups = tempfile::tempdir().expect("a directory");
    sync(server, &baseline(), &recommendation(&record(), NAME, USUAL), &wish(&backups), now()).await
}

/// What was logged.
#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Captured {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().expect("no panic")).into_owned()
    }
}

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
