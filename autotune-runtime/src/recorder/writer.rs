//! The thread that owns the recorder.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::oneshot;

use super::Recorder;
use crate::event::{Event, Root};

/// How long an event may wait in the buffer of its run.
const TICK: Duration = Duration::from_millis(50);

/// How many messages wake the writer before its tick: waking it for each batch would cost a run more than
/// making the events.
const MANY: usize = 8;

#[derive(Debug)]
pub(crate) struct Writer {
    inbox: Arc<Inbox>,
}

#[derive(Debug, Default)]
struct Inbox {
    messages: Mutex<Messages>,
    wake: Condvar,
}

#[derive(Debug, Default)]
struct Messages {
    waiting: Vec<Message>,
    /// Whether somebody waits for an answer.
    urgent: bool,
    /// Whether the recorder has panicked: nobody reads any more.
    closed: bool,
}

#[derive(Debug)]
enum Message {
    /// A root run has begun: its buffer is to be looked at with every tick.
    Open(Weak<dyn Source>),
    /// Events of a root run.
    Batch(Arc<Root>, Vec<Event>),
    /// Everything up to here is to be recorded.
    Flush(oneshot::Sender<()>),
}

/// A root run with a buffer.
pub(crate) trait Source: std::fmt::Debug + Send + Sync {
    /// What has been buffered since the last time.
    fn take(&self) -> Option<(Arc<Root>, Vec<Event>)>;
}

impl Writer {
    pub(super) fn start(mut recorder: impl Recorder) -> std::io::Result<Self> {
        let inbox = Arc::new(Inbox::default());
        let theirs = Arc::clone(&inbox);
        std::thread::Builder::new()
            .name("autotune-recorder".into())
            .spawn(move || write(&theirs, &mut recorder))?;
        Ok(Writer { inbox })
    }

    pub(crate) fn open(&self, source: Weak<dyn Source>) {
        self.inbox.send(Message::Open(source));
    }

    #[cold]
    pub(crate) fn batch(&self, root: Arc<Root>, events: Vec<Event>) {
        self.inbox.send(Message::Batch(root, events));
    }

    /// Resolves when everything up to here is recorded; to an error if the recorder has panicked.
    pub(crate) fn flush(&self) -> oneshot::Receiver<()> {
        let (done, recorded) = oneshot::channel();
        self.inbox.send(Message::Flush(done));
        recorded
    }
}

impl Inbox {
    fn send(&self, message: Message) {
        let mut messages = self.lock();
        if messages.closed {
            return;
        }
        messages.urgent |= matches!(message, Message::Flush(_));
        messages.waiting.push(message);
        let wake = messages.is_worth_waking();
        drop(messages);
        if wake {
            self.wake.notify_one();
        }
    }

    /// What has come in, at the latest after a tick.
    fn receive(&self) -> Vec<Message> {
        let messages = self.lock();
        let waited = self.wake.wait_timeout_while(messages, TICK, |messages| !messages.is_worth_waking());
        let (mut messages, _) = waited.unwrap_or_else(PoisonError::into_inner);
        messages.urgent = false;
        std::mem::take(&mut messages.waiting)
    }

    /// Answers those that wait, and all that come later, with an error.
    fn close(&self) {
        let mut messages = self.lock();
        messages.closed = true;
        messages.waiting.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Messages> {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Messages {
    fn is_worth_waking(&self) -> bool {
        self.urgent || self.waiting.len() >= MANY
    }
}

/// Runs until the process ends, or the recorder panics.
fn write(inbox: &Inbox, recorder: &mut impl Recorder) {
    struct Close<'a>(&'a Inbox);
    impl Drop for Close<'_> {
        fn drop(&mut self) {
            self.0.close();
        }
    }

    let _close = Close(inbox);
    let mut open: Vec<Weak<dyn Source>> = Vec::new();
    loop {
        for message in inbox.receive() {
            match message {
                Message::Open(source) => open.push(source),
                Message::Batch(root, events) => recorder.record(&root, events),
                Message::Flush(done) => {
                    drain(&mut open, recorder);
                    // Nobody may be waiting any more.
                    let _ = done.send(());
                }
            }
        }
        drain(&mut open, recorder);
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::Writer;
    use crate::definition::Definition;
    use crate::event::{Event, Root};
    use crate::id::RunId;
    use crate::moment::Moment;

    static FLOW: Definition = Definition::FLOW;

    #[tokio::test]
    async fn a_recorder_that_panics_keeps_no_run_waiting() {
        let writer = Writer::start(|_: &Root, _: Vec<Event>| panic!("the disk is gone")).expect("a thread");
        let root = Root {
            id: RunId::new(),
            definition: &FLOW,
            name: String::new(),
            parameters: None,
            tags: Vec::new(),
            parent: None,
            created: Moment::now(),
        };
        writer.batch(Arc::new(root), Vec::new());
        assert!(writer.flush().await.is_err());
        assert!(writer.flush().await.is_err());
    }
}
