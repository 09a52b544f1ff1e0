//! The thread that owns the recorder.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::{self, ThreadId};
use std::time::Duration;

use tokio::sync::oneshot;

use super::{Following, HEARTBEAT, Recorder};
use crate::clock;
use crate::event::{Event, Root};
use crate::id::RunId;
use crate::moment::Moment;

/// How long an event may wait in the buffer of its run.
const TICK: Duration = Duration::from_millis(50);

/// How many messages wake the writer before its tick: waking it for each batch would cost a run more than
/// making the events.
const MANY: usize = 8;

/// How many events may wait for the recorder: about 100 MB of them.
const ROOM: usize = 1 << 20;

/// What a batch weighs besides its events, as a number of events: there may be a million runs of one event each.
const ROOT_WEIGHT: usize = 8;

#[derive(Debug)]
pub(crate) struct Writer {
    inbox: Arc<Inbox>,
    thread: ThreadId,
    is_required: bool,
}

#[derive(Debug)]
struct Inbox {
    messages: Mutex<Messages>,
    wake: Condvar,
    /// How much may wait.
    room: usize,
    has_room: Condvar,
}

#[derive(Debug, Default)]
struct Messages {
    waiting: Vec<Message>,
    /// What waits, and what the recorder has in hand, as a number of events.
    weight: usize,
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
    Flush(Asked),
}

/// Somebody waits until everything up to now is recorded.
#[derive(Debug)]
struct Asked {
    /// The root run that ends with it.
    root: Option<RunId>,
    done: oneshot::Sender<()>,
}

/// A root run with a buffer.
pub(crate) trait Source: std::fmt::Debug + Send + Sync {
    /// Sends what has been buffered since the last time.
    fn send(&self);
}

impl Writer {
    pub(super) fn start(recorder: impl Recorder) -> std::io::Result<Self> {
        Writer::start_with_room(recorder, ROOM)
    }

    fn start_with_room(mut recorder: impl Recorder, room: usize) -> std::io::Result<Self> {
        let (messages, wake, has_room) = Default::default();
        let inbox = Arc::new(Inbox { messages, wake, room, has_room });
        let theirs = Arc::clone(&inbox);
        let is_required = recorder.is_required();
        let thread = thread::Builder::new()
            .name("autotune-recorder".into())
            .spawn(move || write(&theirs, &mut recorder))?;
        Ok(Writer { inbox, thread: thread.thread().id(), is_required })
    }

    pub(crate) fn open(&self, source: Weak<dyn Source>) {
        self.inbox.send(Message::Open(source));
    }

    /// Sends a batch; says whether that was too much, and this thread is to [`wait_for_room`](Self::wait_for_room).
    #[cold]
    pub(crate) fn batch(&self, root: Arc<Root>, events: Vec<Event>) -> bool {
        self.inbox.send(Message::Batch(root, events))
    }

    /// Resolves when everything up to here is recorded; to an error if the recorder has panicked. For a root run that
    /// ends with it, what follows from its end is awaited too.
    pub(crate) fn flush(&self, root: Option<RunId>) -> oneshot::Receiver<()> {
        let (done, recorded) = oneshot::channel();
        self.inbox.send(Message::Flush(Asked { root, done }));
        recorded
    }

    /// Whether a flow must not end well when its history is not kept.
    pub(crate) fn is_required(&self) -> bool {
        self.is_required
    }

    /// Holds this thread up while too much waits for the recorder.
    ///
    /// The alternatives are to lose history, or memory without bound. The thread is held up, and not the
    /// task that runs on it: an event comes from a function that cannot wait, as a log line does. It is no
    /// longer than the recorder needs to make room, and the recorder depends on no runtime.
    pub(crate) fn wait_for_room(&self) {
        // The last that holds a run may be the writer itself: it must not wait for what it has to do.
        if thread::current().id() != self.thread {
            self.inbox.wait_for_room();
        }
    }
}

impl Inbox {
    /// Sends a message; says whether more waits than there is room for.
    fn send(&self, message: Message) -> bool {
        let mut messages = self.lock();
        if messages.closed {
            return false;
        }
        messages.urgent |= matches!(message, Message::Flush(_));
        messages.weight += message.weight();
        messages.waiting.push(message);
        let (wake, is_full) = (messages.is_worth_waking(), messages.weight > self.room);
        drop(messages);
        if wake {
            self.wake.notify_one();
        }
        is_full
    }

    /// What has come in, at the latest after a tick.
    fn receive(&self) -> Vec<Message> {
        let messages = self.lock();
        let waited = self.wake.wait_timeout_while(messages, TICK, |messages| !messages.is_worth_waking());
        let (mut messages, _) = waited.unwrap_or_else(PoisonError::into_inner);
        messages.urgent = false;
        std::mem::take(&mut messages.waiting)
    }

    /// What has come in since.
    fn receive_now(&self) -> Vec<Message> {
        std::mem::take(&mut self.lock().waiting)
    }

    fn wait_for_room(&self) {
        let messages = self.lock();
        drop(self.has_room.wait_while(messages, |messages| messages.weight > self.room && !messages.closed));
    }

    /// Something has been recorded.
    fn make_room(&self, weight: usize) {
        let mut messages = self.lock();
        let was_full = messages.weight > self.room;
        messages.weight = messages.weight.saturating_sub(weight);
        if was_full && messages.weight <= self.room {
            self.has_room.notify_all();
        }
    }

    /// The next round begins at once.
    fn hurry(&self) {
        self.lock().urgent = true;
    }

    /// Answers those that wait, and all that come later, with an error.
    fn close(&self) {
        let mut messages = self.lock();
        messages.closed = true;
        messages.waiting.clear();
        self.has_room.notify_all();
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

impl Message {
    fn weight(&self) -> usize {
        match self {
            Message::Batch(_, events) => events.len() + ROOT_WEIGHT,
            Message::Open(_) | Message::Flush(_) => 0,
        }
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
    let mut desk = Desk {
        inbox,
        recorder,
        open: Vec::new(),
        asked: Vec::new(),
        following: Vec::new(),
        beaten: Moment::now(),
    };
    loop {
        desk.round();
    }
}

/// What the writer has before it.
struct Desk<'a, R> {
    inbox: &'a Inbox,
    recorder: &'a mut R,
    open: Vec<Weak<dyn Source>>,
    /// Those that wait until everything up to now is recorded.
    asked: Vec<Asked>,
    /// What goes on of which root runs, and they have to wait for.
    following: Vec<Following>,
    /// When others were last told that this process lives.
    beaten: Moment,
}

impl<R: Recorder> Desk<'_, R> {
    fn round(&mut self) {
        clock::follow_system();
        let messages = self.inbox.receive();
        self.take(messages);
        let asked = std::mem::take(&mut self.asked);
        self.collect();
        // Those that ask only now may have an event in a buffer that has just been emptied: the next round is theirs.
        let messages = self.inbox.receive_now();
        self.take(messages);
        self.beat(Moment::now());
        self.recorder.flush();
        self.following.extend(self.recorder.following());
        if !self.asked.is_empty() {
            self.inbox.hurry();
        }
        self.answer(asked);
    }

    /// Answers those that asked. One whose run is not all over asks again with the next round.
    fn answer(&mut self, asked: Vec<Asked>) {
        self.following.retain(|following| !following.thread.is_finished());
        for asked in asked {
            if asked.root.is_some_and(|root| self.following.iter().any(|of| of.roots.contains(&root))) {
                self.asked.push(asked);
            } else {
                // Nobody may be waiting any more.
                let _ = asked.done.send(());
            }
        }
    }

    fn take(&mut self, messages: Vec<Message>) {
        for message in messages {
            let weight = message.weight();
            match message {
                Message::Open(source) => self.open.push(source),
                Message::Batch(root, events) => {
                    self.recorder.record(&root, events);
                    self.inbox.make_room(weight);
                }
                Message::Flush(asked) => self.asked.push(asked),
            }
        }
    }

    /// Who looks after this process is told in time that it lives.
    fn beat(&mut self, now: Moment) {
        if !self.open.is_empty() && now.since(self.beaten) >= HEARTBEAT {
            self.recorder.beat();
            self.beaten = now;
        }
    }

    /// Lets the open runs send what waits in their buffers, and forgets those that are gone.
    fn collect(&mut self) {
        self.open.retain(|source| source.upgrade().map(|source| source.send()).is_some());
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::{ROOT_WEIGHT, Writer};
    use crate::definition::Definition;
    use crate::event::{Event, LogEvent, Root};
    use crate::id::RunId;
    use crate::moment::Moment;

    static FLOW: Definition = Definition::FLOW;

    fn root() -> Arc<Root> {
        Arc::new(Root {
            id: RunId::new(),
            definition: &FLOW,
            name: String::new(),
            parameters: None,
            tags: Vec::new(),
            parent: None,
            created: Moment::now(),
        })
    }

    fn event() -> Event {
        let (target, message) = Default::default();
        Event::Log(Box::new(LogEvent {
            sequence: 0,
            at: Moment::now(),
            level: tracing::Level::INFO,
            target,
            message,
        }))
    }

    #[tokio::test]
    async fn a_recorder_that_panics_keeps_no_run_waiting() {
        let panics = |_: &Root, _: Vec<Event>| panic!("the disk is gone");
        let writer = Writer::start_with_room(panics, 0).expect("a thread");
        writer.batch(root(), vec![event()]);
        writer.wait_for_room();
        assert!(writer.flush(None).await.is_err());
        assert!(writer.flush(None).await.is_err());
    }

    #[tokio::test]
    async fn a_run_that_is_faster_than_the_recorder_waits_and_nothing_is_lost() {
        const ROOM: usize = 100;
        const BATCHES: usize = 1_000;
        static SENT: AtomicUsize = AtomicUsize::new(0);
        static RECORDED: AtomicUsize = AtomicUsize::new(0);
        static MOST: AtomicUsize = AtomicUsize::new(0);
        let slow = |_: &Root, events: Vec<Event>| {
            (0..20).for_each(|_| std::thread::yield_now());
            let ahead = SENT.load(Ordering::SeqCst) - RECORDED.fetch_add(events.len(), Ordering::SeqCst);
            MOST.fetch_max(ahead, Ordering::SeqCst);
        };
        let writer = Writer::start_with_room(slow, ROOM).expect("a thread");
        let root = root();
        for _ in 0..BATCHES {
            let is_full = writer.batch(Arc::clone(&root), vec![event(), event()]);
            SENT.fetch_add(2, Ordering::SeqCst);
            if is_full {
                writer.wait_for_room();
            }
        }
        writer.flush(None).await.expect("recorded");
        assert_eq!(RECORDED.load(Ordering::SeqCst), 2 * BATCHES);
        // One batch more than there is room for, and the one in the recorder's hands.
        let bound = 2 * (ROOM / (2 + ROOT_WEIGHT) + 2);
        assert!(MOST.load(Ordering::SeqCst) <= bound, "{MOST:?} events waited");
    }
}
