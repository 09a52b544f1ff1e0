//! What a run does, shown while it runs: a `tracing` layer in front of a view.
//!
//! In a terminal the view is a live one; else it is a line for each event.

mod clean;
mod layer;
mod levels;
mod line;
mod live;
mod panics;
mod plain;
mod seen;

use std::sync::Arc;

use console::Term;
use tracing::Dispatch;
use tracing::dispatcher;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::FilterExt;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{Layer as _, Registry};

use super::exit::Failure;
use super::process::Process;
use crate::log::RunLayer;
use layer::ConsoleLayer;
use line::Line;
use panics::Panics;
use plain::Plain;

pub(super) use clean::clean;
pub(super) use levels::Verbosity;
pub(super) use live::Live;
pub(super) use seen::Seen;

/// Whether what runs log is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Recording {
    /// It is a part of their history.
    On,
    /// Nobody keeps it.
    Off,
}

/// What shows runs while they run.
pub(super) struct Console {
    view: Arc<View>,
    scope: Scope,
    panics: Option<Panics>,
}

/// Who sees what happens.
enum Scope {
    /// The whole process.
    Process,
    /// The threads of one runtime: there may be others in the process, such as tests.
    Threads(Dispatch),
}

/// How runs are shown.
enum View {
    Plain(Plain),
    Live(Live),
}

impl Console {
    pub(super) fn open(
        process: &Process,
        verbosity: Verbosity,
        recording: Recording,
    ) -> Result<Self, Failure> {
        let variable = process.read_variable(levels::VARIABLE);
        let levels = levels::chosen(verbosity, variable.as_deref())?;
        let paint = process.paint_of_stderr();
        let view = Arc::new(if process.is_live() {
            View::Live(Live::open(Term::buffered_stderr(), paint))
        } else {
            View::Plain(Plain::open(process.clone(), paint, levels.shows_info()))
        });
        let layer = ConsoleLayer(Arc::clone(&view)).with_filter(levels);
        // What is not shown may be wanted later.
        let recorded = match recording {
            Recording::On => {
                let levels = levels::chosen(verbosity, variable.as_deref())?;
                Some(RunLayer.with_filter(levels.or(LevelFilter::INFO)))
            }
            Recording::Off => None,
        };
        let dispatch = Dispatch::new(Registry::default().with(recorded).with(layer));
        if !process.is_current() {
            return Ok(Console { view, scope: Scope::Threads(dispatch), panics: None });
        }
        // A program that has a subscriber of its own keeps it, and is not shown to here.
        let is_ours = dispatcher::set_global_default(dispatch).is_ok();
        let panics = is_ours.then(|| Panics::log(Arc::clone(&view)));
        Ok(Console { view, scope: Scope::Process, panics })
    }

    /// Shows what happens in `body`.
    pub(super) fn within<R>(&self, body: impl FnOnce() -> R) -> R {
        match &self.scope {
            Scope::Process => body(),
            Scope::Threads(dispatch) => dispatcher::with_default(dispatch, body),
        }
    }

    /// Shows what happens on the threads that call it.
    pub(super) fn on_thread_start(&self) -> impl Fn() + Send + Sync + 'static {
        let dispatch = match &self.scope {
            Scope::Process => None,
            Scope::Threads(dispatch) => Some(dispatch.clone()),
        };
        move || {
            if let Some(dispatch) = &dispatch {
                // The thread belongs to the runtime: it is never anybody else's.
                std::mem::forget(dispatcher::set_default(dispatch));
            }
        }
    }

    /// Whether Ctrl-C is meant for what is shown here.
    pub(super) fn is_interruptible(&self) -> bool {
        matches!(self.scope, Scope::Process)
    }

    /// Shows what is not shown yet, and takes away what was only there for a while.
    pub(super) fn close(self) {
        drop(self.panics);
        if let View::Live(live) = &*self.view {
            live.close();
        }
    }
}

impl View {
    fn opened(&self, id: u64, seen: &Seen) {
        match self {
            View::Plain(plain) => plain.opened(seen),
            View::Live(live) => live.opened(id, seen),
        }
    }

    fn closed(&self, id: u64) {
        if let View::Live(live) = self {
            live.closed(id);
        }
    }

    fn moved(&self, id: u64, state: &str) {
        if let View::Live(live) = self {
            live.moved(id, state);
        }
    }

    /// Lets `body` write to standard error itself.
    fn suspended(&self, body: impl FnOnce()) {
        match self {
            View::Plain(_) => body(),
            View::Live(live) => live.suspended(body),
        }
    }

    fn show(&self, line: &Line) {
        match self {
            View::Plain(view) => view.show(line),
            View::Live(view) => view.show(line),
        }
    }
}
