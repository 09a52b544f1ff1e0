//! History: what runs hand on, and to whom.
//!
//! A run never waits for its history. Each root run has a buffer, which goes to
//! one writer thread when it is full, and every 50 ms. Nothing is recorded
//! before a program has called [`install`], and then only of runs that start
//! after it.

mod buffer;
mod writer;

use std::sync::OnceLock;
use std::thread::JoinHandle;
use std::time::Duration;

pub(crate) use buffer::Buffer;
pub(crate) use writer::Source;
use writer::Writer;

use crate::event::{Event, Root};
use crate::id::RunId;

/// How often a process that has runs says that it lives: see [`Recorder::beat`].
pub const HEARTBEAT: Duration = Duration::from_secs(30);

/// Keeps what happens in runs.
///
/// Called on a thread of its own, so it may block. Runs that are faster than it wait for it when about a
/// million events are before it: it must not wait for what only a run can do.
pub trait Recorder: Send + 'static {
    /// Takes events of one root run, in the order in which they happened.
    fn record(&mut self, root: &Root, events: Vec<Event>);

    /// Keeps what was recorded so far: flows that have ended may wait for it.
    ///
    /// Called after some `record`s. What is kept as it is recorded has nothing to do here.
    fn flush(&mut self) {}

    /// What [`flush`](Self::flush) has set going, for flows to wait for. Asked after each of them.
    fn following(&mut self) -> Vec<Following> {
        Vec::new()
    }

    /// Tells others that this process lives, so that they do not take its runs for crashed.
    ///
    /// Called every [`HEARTBEAT`] while there are runs that have not ended.
    fn beat(&mut self) {}

    /// Whether a flow must not end well when its history is not kept.
    ///
    /// Then it panics at its end if the recorder has panicked. Otherwise flows go on without a history.
    fn is_required(&self) -> bool {
        false
    }
}

/// Something that goes on after history was stored, as an alert does.
#[derive(Debug)]
pub struct Following {
    /// The runs that end only when it has.
    pub roots: Vec<RunId>,
    /// Where it goes on.
    pub thread: JoinHandle<()>,
}

impl<F: FnMut(&Root, Vec<Event>) + Send + 'static> Recorder for F {
    fn record(&mut self, root: &Root, events: Vec<Event>) {
        self(root, events);
    }
}

static WRITER: OnceLock<Writer> = OnceLock::new();

/// Why a recorder was not installed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InstallError {
    /// There is one already.
    #[error("a recorder is installed already; a process has one")]
    AlreadyInstalled,
    /// The writer's thread could not be started.
    #[error("the thread of the recorder could not be started")]
    NoThread(#[from] std::io::Error),
}

/// Records, from now on, what happens in the runs of this process.
///
/// For programs; a library never installs anything.
pub fn install(recorder: impl Recorder) -> Result<(), InstallError> {
    let writer = Writer::start(recorder)?;
    WRITER.set(writer).map_err(|_| InstallError::AlreadyInstalled)
}

/// Waits until all that was recorded so far has reached the recorder.
pub async fn flush() {
    if let Some(writer) = WRITER.get() {
        // An error means that the writer is gone, and with it all that could be waited for.
        let _ = writer.flush(None).await;
    }
}

pub(crate) fn writer() -> Option<&'static Writer> {
    WRITER.get()
}
