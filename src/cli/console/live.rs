//! What runs, at the bottom of the terminal, and above it what has happened.
//!
//! What has happened is written at once where little happens, and in batches
//! where much does: a terminal is slower than a flow of many short tasks.
//!
//! Each line ends with a line break and the cursor stands below the last. The bars
//! of `indicatif` are one padded line instead, which the terminal wraps: the echo
//! of Ctrl-C and a new width leave some of it behind, or erase what is above.

mod area;
mod happened;

use std::collections::BTreeMap;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use autotune_runtime::moment::Moment;
use console::Term;

use super::{Line, Seen};
use crate::cli::paint::Paint;
use area::Area;

/// How often the area is drawn again.
const TICK: Duration = Duration::from_millis(100);
/// What happens sooner after the last drawing waits for the next.
const BATCH: Duration = Duration::from_millis(50);

/// The live view of a terminal.
pub(in crate::cli) struct Live {
    screen: Arc<Mutex<Screen>>,
    ticker: Mutex<Option<Ticker>>,
}

/// What is on the terminal, and what will be.
struct Screen {
    term: Term,
    paint: Paint,
    running: BTreeMap<u64, area::Running>,
    /// What has happened and is not written yet.
    pending: Vec<String>,
    /// The lines of the runs that are on the terminal.
    area: Vec<String>,
    drawn: Moment,
    ticks: usize,
}

/// Draws again and again, until it is let go of.
struct Ticker {
    stop: Sender<()>,
    thread: JoinHandle<()>,
}

impl Live {
    /// On a terminal that is written to all at once.
    pub(in crate::cli) fn open(term: Term, paint: Paint) -> Self {
        let screen = Screen {
            term,
            paint,
            running: BTreeMap::new(),
            pending: Vec::new(),
            area: Vec::new(),
            drawn: Moment::now(),
            ticks: 0,
        };
        let screen = Arc::new(Mutex::new(screen));
        let ticker = Ticker::start(Arc::clone(&screen));
        Live { screen, ticker: Mutex::new(ticker) }
    }

    pub(in crate::cli) fn opened(&self, id: u64, seen: &Seen) {
        lock(&self.screen).running.insert(id, area::Running::new(seen.clone()));
    }

    pub(in crate::cli) fn moved(&self, id: u64, state: &str) {
        if let Some(running) = lock(&self.screen).running.get_mut(&id) {
            running.is_waiting = !matches!(state, "Running" | "Retrying" | "Cancelling");
        }
    }

    pub(in crate::cli) fn closed(&self, id: u64) {
        lock(&self.screen).running.remove(&id);
    }

    pub(super) fn show(&self, line: &Line) {
        let text = happened::render(line, lock(&self.screen).paint);
        self.write(text);
    }

    /// Writes a line above what runs.
    pub(in crate::cli) fn write(&self, line: String) {
        let mut screen = lock(&self.screen);
        screen.pending.push(line);
        if Moment::now().since(screen.drawn) >= BATCH {
            screen.draw();
        }
    }

    pub(super) fn suspended(&self, body: impl FnOnce()) {
        // Whoever has the screen now may be who panics.
        match self.screen.try_lock() {
            Ok(mut screen) => {
                screen.draw();
                screen.clear();
                let _ = screen.term.flush();
                body();
            }
            Err(_) => body(),
        }
    }

    pub(in crate::cli) fn close(&self) {
        let ticker = self.ticker.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Ticker { stop, thread }) = ticker {
            drop(stop);
            // Whatever became of it, the terminal is left as it should be.
            let _ = thread.join();
        }
        let mut screen = lock(&self.screen);
        screen.running.clear();
        screen.draw();
    }
}

impl Ticker {
    /// `None` where no thread can be had: then lines are all there is.
    fn start(screen: Arc<Mutex<Screen>>) -> Option<Self> {
        let (stop, stopped) = mpsc::channel();
        let tick = move || {
            while stopped.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                let mut screen = lock(&screen);
                screen.ticks = screen.ticks.wrapping_add(1);
                screen.draw();
            }
        };
        let thread = thread::Builder::new().name("autotune-console".to_owned()).spawn(tick).ok()?;
        Some(Ticker { stop, thread })
    }
}

impl Screen {
    /// All at once, so that nothing flickers.
    fn draw(&mut self) {
        let (height, width) = self.term.size();
        let now = Moment::now();
        let area = Area { now, ticks: self.ticks, height: height.into(), width: width.into() };
        let lines = area.render(&self.running, self.paint);
        self.clear();
        for line in self.pending.iter().chain(&lines) {
            // There is nowhere to say that the terminal is gone.
            let _ = self.term.write_line(line);
        }
        let _ = self.term.flush();
        self.pending.clear();
        self.area = lines;
        self.drawn = Moment::now();
    }

    fn clear(&mut self) {
        let (_, width) = self.term.size();
        let _ = self.term.clear_last_lines(area::rows(&self.area, width.into()));
        self.area.clear();
    }
}

fn lock(screen: &Mutex<Screen>) -> MutexGuard<'_, Screen> {
    screen.lock().unwrap_or_else(PoisonError::into_inner)
}
