//! The one place where the state of a run changes, and is told to those who look.

use std::time::Duration;

use tracing::Span;

use super::{Core, Phase};
use crate::context::{self, Node};
use crate::definition::Kind;
use crate::duration::Exact;
use crate::event::{Detail, Event, Kept, StateEvent};
use crate::moment::Moment;
use crate::state::StateName;
use crate::trace::{TARGET, is_traced};

impl Core {
    /// Moves to a last state.
    #[inline]
    pub(super) fn finish(&mut self, state: StateName, message: impl FnOnce() -> Option<String>) {
        self.phase = Phase::Ended;
        // After the result is kept: those who wait for it look there next.
        if let Some(extras) = self.node.extras.as_mut().filter(|extras| extras.keep.is_none()) {
            extras.flight = None;
        }
        self.transition(state, None, message);
    }

    /// Moves to `AwaitingRetry`; where there is no delay, there is nothing to see of it.
    pub(super) fn await_retry(&mut self, delay: Duration, message: impl FnOnce() -> Option<String>) {
        self.phase = Phase::Delaying;
        if delay.is_zero() {
            self.log_retry(delay, message);
        } else {
            self.transition(StateName::AwaitingRetry, Some(delay), message);
        }
    }

    /// The body waits for something: tells that the run is running.
    #[inline]
    pub(super) fn announce(&mut self) {
        if !self.announced {
            if self.node.attempt == 0 {
                self.transition(StateName::Running, None, || None);
            }
            self.announced = true;
        }
    }

    #[inline]
    pub(super) fn transition(
        &mut self,
        state: StateName,
        delay: Option<Duration>,
        message: impl FnOnce() -> Option<String>,
    ) {
        self.state = state;
        if self.node.sequence == 0 {
            self.show(state);
        }
        let traced = self.node.extras.as_ref().is_some_and(|extras| extras.span.is_some());
        let recorded = self.is_recorded();
        if traced || recorded {
            let message = message();
            if traced {
                self.trace(state, delay, message.as_deref());
            }
            if recorded {
                let kept = self.node.extras.as_mut().and_then(|extras| extras.kept.take());
                let at = self.came_into(state);
                record(&self.node, self.started, at, state, delay, message, kept);
            }
        }
    }

    /// What tells, later, that the run was rolled back; `None` if nobody looks.
    pub(super) fn on_rolled_back(&self) -> Option<Box<dyn FnOnce() + Send + Sync>> {
        if !self.is_recorded() {
            return None;
        }
        let (node, started) = (self.node.detached(), self.started);
        Some(Box::new(move || record(&node, started, Moment::now(), StateName::RolledBack, None, None, None)))
    }

    /// When it came into a state. That it runs is told when its body waits for the first time; by then it has run for a
    /// while. After a pause it is told at once.
    fn came_into(&self, state: StateName) -> Moment {
        let since = self.started.filter(|_| state == StateName::Running && !self.announced);
        since.unwrap_or_else(Moment::now)
    }

    /// Shows others the state of a root run.
    fn show(&self, state: StateName) {
        if let Some(scope) = &self.node.scope
            && self.node.definition.kind == Kind::Flow
        {
            scope.set_state(state);
        }
    }

    /// Opens the span of the run, if a subscriber wants it.
    #[inline]
    pub(super) fn open_span(&mut self) {
        if is_traced() {
            self.open_span_now();
        }
    }

    #[cold]
    fn open_span_now(&mut self) {
        let node = &self.node;
        let (id, name, definition) = (node.id(), node.name(), node.definition);
        let flow = node.flow_run().map(|flow| flow.id().to_string());
        let caller = self.node.extras.as_mut().and_then(|extras| extras.caller.take());
        let parent = caller.and_then(|caller| caller.id());
        macro_rules! open {
            ($name:literal) => {
                tracing::info_span!(
                    target: TARGET, parent: parent, $name,
                    otel.name = name, otel.status_code = tracing::field::Empty,
                    run.id = %id, run.name = name, flow_run.id = flow,
                    run.state = tracing::field::Empty, name = definition.name,
                )
            };
        }
        let span = match definition.kind {
            Kind::Task => open!("task"),
            Kind::Flow => open!("flow"),
        };
        self.node.extras().span = Some(span);
    }

    /// Tells the subscriber, in Prefect's words.
    #[cold]
    fn trace(&self, state: StateName, delay: Option<Duration>, message: Option<&str>) {
        let Some(span) = self.node.extras.as_ref().and_then(|extras| extras.span.as_ref()) else { return };
        span.record("run.state", state.as_str());
        let message = message.map(|message| format!(": {message}")).unwrap_or_default();
        let name = state.as_str();
        macro_rules! tell {
            ($level:ident, $($text:tt)*) => {
                self.tell(span, || tracing::$level!(target: TARGET, state = name, $($text)*))
            };
        }
        match state {
            StateName::AwaitingRetry => self.log_retry(delay.unwrap_or_default(), || Some(message)),
            StateName::Completed | StateName::Cached => {
                span.record("otel.status_code", "OK");
                tell!(info, "Finished in state {name}");
            }
            StateName::Paused | StateName::Suspended => tell!(info, "{name}, until somebody resumes it"),
            StateName::NotReady | StateName::Cancelled => tell!(warn, "Finished in state {name}{message}"),
            _ if state.state_type().is_final() => {
                span.record("otel.status_code", "ERROR");
                tell!(error, "Finished in state {name}{message}");
            }
            _ => tell!(debug, "{name}"),
        }
    }

    #[cold]
    fn log_retry(&self, delay: Duration, message: impl FnOnce() -> Option<String>) {
        let Some(span) = self.node.extras.as_ref().and_then(|extras| extras.span.as_ref()) else { return };
        let (retry, retries) = (self.attempts_that_failed() + 1, self.retries());
        let message = message().unwrap_or_default();
        let message = message.trim_start_matches(": ");
        let when = if delay.is_zero() { "now".to_owned() } else { format!("in {}", Exact(delay)) };
        self.tell(span, || {
            tracing::warn!(
                target: TARGET, state = StateName::AwaitingRetry.as_str(),
                "Attempt failed: {message}. Retry {retry}/{retries} starts {when}"
            );
        });
    }

    /// Logs inside the run, as its own code would.
    fn tell(&self, span: &Span, log: impl FnOnce()) {
        context::enter(&self.node, || span.in_scope(log));
    }
}

fn record(
    node: &Node,
    started: Option<Moment>,
    at: Moment,
    state: StateName,
    delay: Option<Duration>,
    message: Option<String>,
    kept: Option<Box<Kept>>,
) {
    let Some(scope) = &node.scope else { return };
    let has_detail = node.extras.is_some() || message.is_some() || delay.is_some();
    let detail = if has_detail { detail(node, delay, message, kept) } else { None };
    scope.record(Event::State(StateEvent {
        definition: node.definition,
        sequence: node.sequence,
        parent: node.parent,
        attempt: node.attempt,
        state,
        started: started.unwrap_or(at),
        at,
        detail,
    }));
}

/// Most calls have none.
#[cold]
fn detail(
    node: &Node,
    delay: Option<Duration>,
    message: Option<String>,
    kept: Option<Box<Kept>>,
) -> Option<Box<Detail>> {
    let name = node.extras.as_ref().and_then(|extras| extras.name.clone());
    let tags: Vec<_> = node.extras.iter().flat_map(|extras| extras.all_tags()).collect();
    let is_empty =
        name.is_none() && tags.is_empty() && message.is_none() && delay.is_none() && kept.is_none();
    (!is_empty).then(|| Box::new(Detail { name, tags, message, delay, kept }))
}
