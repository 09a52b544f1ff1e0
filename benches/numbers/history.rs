//! How fast history is recorded, down to the disk.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use autotune::event::{Event, Root};
use autotune::prelude::*;
use autotune::recorder::{self, Recorder};
use autotune_runtime::clock::Instant;
use rusqlite::{Connection, params};

use crate::ratio::Row;

const RUNS: u32 = 400_000;
const BAR: f64 = 200_000.0;

static TO_DISK: AtomicBool = AtomicBool::new(false);
static ROWS: AtomicU64 = AtomicU64::new(0);

/// Counts events; writes them into SQLite while [`TO_DISK`] is set.
struct Sqlite {
    connection: Connection,
    /// Holds the file until the process ends.
    _folder: tempfile::TempDir,
}

/// Installs the recorder of this process.
pub(crate) fn install() {
    let folder = tempfile::tempdir().expect("a folder for the database");
    let connection = Connection::open(folder.path().join("history.db")).expect("a database");
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
             CREATE TABLE state (
                 root BLOB NOT NULL, sequence INTEGER NOT NULL, parent INTEGER NOT NULL, attempt INTEGER NOT NULL,
                 name TEXT NOT NULL, state TEXT NOT NULL, started INTEGER NOT NULL, at INTEGER NOT NULL,
                 message TEXT
             ) STRICT;",
        )
        .expect("a table");
    recorder::install(Sqlite { connection, _folder: folder }).expect("the first recorder of the process");
}

impl Recorder for Sqlite {
    fn record(&mut self, root: &Root, events: Vec<Event>) {
        if !TO_DISK.load(Ordering::Relaxed) {
            return;
        }
        let written = self.write(root, &events).expect("the database takes the events");
        ROWS.fetch_add(written, Ordering::Relaxed);
    }
}

impl Sqlite {
    fn write(&mut self, root: &Root, events: &[Event]) -> rusqlite::Result<u64> {
        let mut written = 0;
        let transaction = self.connection.transaction()?;
        let mut insert =
            transaction.prepare_cached("INSERT INTO state VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")?;
        for event in events {
            let Event::State(event) = event else { continue };
            insert.execute(params![
                root.id.as_uuid().as_bytes(),
                event.sequence,
                event.parent,
                event.attempt,
                event.definition.name,
                event.state.as_str(),
                event.started.timestamp().as_microsecond(),
                event.at.timestamp().as_microsecond(),
                event.detail.as_ref().and_then(|detail| detail.message.as_deref()),
            ])?;
            written += 1;
        }
        drop(insert);
        transaction.commit()?;
        Ok(written)
    }
}

#[task]
async fn work(number: u32) -> u32 {
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
    // The flow run itself has a last state as well.
    let lost = i128::from(RUNS) + 1 - i128::from(ROWS.load(Ordering::Relaxed));
    print(Row {
        what: "recorded history",
        floor: "task runs per second into SQLite",
        measured: format!("{:.0}k/s", per_second / 1e3),
        bar: format!("≥ {:.0}k/s", BAR / 1e3),
        holds: per_second >= BAR && lost == 0,
        note: format!("{lost} of {} rows lost", RUNS + 1),
    });
}
