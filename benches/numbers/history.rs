//! How fast history is recorded, down to the disk.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use autotune::embedded::{RunFilter, Store, StoreRecorder};
use autotune::event::{Event, Root};
use autotune::prelude::*;
use autotune::recorder::{self, Recorder};
use autotune_runtime::clock::Instant;
use tempfile::TempDir;

use crate::ratio::Row;

const RUNS: u32 = 400_000;
const BAR: f64 = 200_000.0;

static TO_DISK: AtomicBool = AtomicBool::new(false);
/// The history, and the folder that it is in until the process ends.
static STORE: OnceLock<(Store, TempDir)> = OnceLock::new();

/// Writes into the store while [`TO_DISK`] is set: what a call costs is measured without.
struct Switched(StoreRecorder);

/// Installs the recorder of this process.
pub(crate) fn install() {
    let folder = tempfile::tempdir().expect("a folder for the database");
    let store = Store::open(folder.path().join("autotune.db")).expect("a database");
    let recorder = Switched(store.recorder().expect("a recorder"));
    recorder::install(recorder).expect("the first recorder of the process");
    STORE.set((store, folder)).expect("installed once");
}

impl Recorder for Switched {
    fn record(&mut self, root: &Root, events: Vec<Event>) {
        if TO_DISK.load(Ordering::Relaxed) {
            self.0.record(root, events);
        }
    }

    fn flush(&mut self) {
        self.0.flush();
    }
}

#[task]
pub(crate) async fn work(number: u32) -> u32 {
    number
}

#[flow]
async fn many_runs() {
    for number in 0..RUNS {
        std::hint::black_box(work(number).await);
    }
}

/// The row of the recorded history.
pub(crate) async fn into_sqlite(print: &mut dyn FnMut(Row)) {
    TO_DISK.store(true, Ordering::Relaxed);
    let start = Instant::now();
    // A flow is not over before its history is stored.
    many_runs().await;
    let per_second = f64::from(RUNS) / start.elapsed().as_secs_f64();
    TO_DISK.store(false, Ordering::Relaxed);
    let (store, _) = STORE.get().expect("installed before");
    let flow = store.runs(&RunFilter::of_flow("many_runs")).expect("the history can be read");
    let stored: u64 =
        flow.iter().flat_map(|run| store.counts(run.id).unwrap_or_default()).map(|of| of.runs).sum();
    let lost = u64::from(RUNS) - stored;
    print(Row {
        what: "recorded history",
        floor: "task runs per second into SQLite",
        measured: format!("{:.0}k/s", per_second / 1e3),
        bar: format!("≥ {:.0}k/s", BAR / 1e3),
        holds: per_second >= BAR && lost == 0,
        note: format!("{lost} of {RUNS} lost, {} bytes each", store.size() / u64::from(RUNS)),
    });
}
