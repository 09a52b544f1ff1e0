//! The thread that owns the recorder.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::oneshot;

use super::Recorder;
use crate::event::{Event, Root};

/// How long an event may wait in the buffer of its run.
const TICK: Duration = Duration::from_millis(50);

#[derive(Debug)]
pub(crate) struct Writer {
    messages: mpsc::Sender<Message>,
}

/// A root run with a buffer.
pub(crate) trait Source: Send + Sync {
    /// What has been buffered since the last time.
    fn take(&self) -> Option<(Arc<Root>, Vec<Event>)>;
}

enum Message {
    /// A root run has begun: its buffer is to be looked at with every tick.
    Open(Weak<dyn Source>),
    /// Events of a root run.
    Batch(Arc<Root>, Vec<Event>),
    /// Everything up to here is to be recorded.
    Flush(oneshot::Sender<()>),
}

impl Writer {
    pub(super) fn start(mut recorder: impl Recorder) -> std::io::Result<Self> {
        let (messages, inbox) = mpsc::channel();
        std::thread::Builder::new()
            .name("autotune-recorder".into())
            .spawn(move || write(&inbox, &mut recorder))?;
        Ok(Writer { messages })
    }

    pub(crate) fn open(&self, source: Weak<dyn Source>) {
        self.send(Message::Open(source));
    }

    #[cold]
    pub(crate) fn batch(&self, root: Arc<Root>, events: Vec<Event>) {
        self.send(Message::Batch(root, events));
    }

    /// Resolves when everything up to here is recorded.
    pub(crate) fn flush(&self) -> oneshot::Receiver<()> {
        let (done, recorded) = oneshot::channel();
        self.send(Message::Flush(done));
        recorded
    }

    fn send(&self, message: Message) {
        // The thread only ends with the process, or by a panic of the recorder: what comes later is then
        // lost, and the run goes on.
        let _ = self.messages.send(message);
    }
}

fn write(inbox: &mpsc::Receiver<Message>, recorder: &mut impl Recorder) {
    let mut open: Vec<Weak<dyn Source>> = Vec::new();
    loop {
        match inbox.recv_timeout(TICK) {
            Ok(Message::Open(source)) => open.push(source),
            Ok(Message::Batch(root, events)) => recorder.record(&root, events),
            Ok(Message::Flush(done)) => {
                drain(&mut open, recorder);
                // Nobody may be waiting any more.
                let _ = done.send(());
            }
            Err(RecvTimeoutError::Timeout) => drain(&mut open, recorder),
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// Records what waits in the buffers of the open runs, and forgets those that are gone.
fn drain(open: &mut Vec<Weak<dyn Source>>, recorder: &mut impl Recorder) {
    open.retain(|source| {
        let Some(source) = source.upgrade() else { return false };
        if let Some((root, events)) = source.take() {
            recorder.record(&root, events);
        }
        true
    });
}
