//! Hands what the code of a test logs to its runs, and on to the subscriber that
//! the program has.

use std::sync::LazyLock;

use tracing::dispatcher::{self, DefaultGuard};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Dispatch, Event, Level, Metadata, Subscriber};
use tracing_core::span::Current;

use crate::log::{self, RunLayer};
use crate::trace::TARGET;

/// Listens to this thread until the guard is dropped.
pub(super) fn listen() -> DefaultGuard {
    // `tracing` keeps for each callsite whether anybody listens. While there is but one subscriber it asks
    // that of the thread that comes by first, so a thread without one would silence the callsite for all.
    // A second one that never goes away lets it ask every time.
    static AWAKE: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(Listener::to(Dispatch::none())));
    LazyLock::force(&AWAKE);
    dispatcher::set_default(&Dispatch::new(Listener::to(dispatcher::get_default(Dispatch::clone))))
}

struct Listener {
    program: Dispatch,
    /// The program's subscriber hands logs to runs itself.
    is_recorded_by_program: bool,
}

impl Listener {
    fn to(program: Dispatch) -> Self {
        let is_recorded_by_program = program.downcast_ref::<RunLayer>().is_some();
        Listener { program, is_recorded_by_program }
    }

    fn records(&self, metadata: &Metadata<'_>) -> bool {
        // Of what the engine logs, all but warnings are about states.
        let least = if metadata.target() == TARGET { Level::WARN } else { Level::INFO };
        !self.is_recorded_by_program && !metadata.is_span() && *metadata.level() <= least
    }
}

impl Subscriber for Listener {
    fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::sometimes()
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.records(metadata) || self.program.enabled(metadata)
    }

    fn event(&self, event: &Event<'_>) {
        if self.records(event.metadata()) {
            log::record(event);
        }
        if self.program.enabled(event.metadata()) {
            self.program.event(event);
        }
    }

    // Spans are made only where the program's subscriber wants them.

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.program.new_span(span)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        self.program.record(span, values);
    }

    fn record_follows_from(&self, span: &Id, follows: &Id) {
        self.program.record_follows_from(span, follows);
    }

    fn enter(&self, span: &Id) {
        self.program.enter(span);
    }

    fn exit(&self, span: &Id) {
        self.program.exit(span);
    }

    fn clone_span(&self, span: &Id) -> Id {
        self.program.clone_span(span)
    }

    fn try_close(&self, span: Id) -> bool {
        self.program.try_close(span)
    }

    fn current_span(&self) -> Current {
        self.program.current_span()
    }
}
