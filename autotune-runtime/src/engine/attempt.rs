//! One attempt: polls the body inside its run, for as long as it may take.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::{Core, Ending, Execution, Panic, Phase};
use crate::body::Attempt;
use crate::context;
use crate::definition::Kind;
use crate::retry::jittered;
use crate::state::StateName;

impl<R> Execution<R> {
    /// Starts an attempt: of the body, or of what a test has put in its place.
    #[inline]
    pub(super) fn start(&mut self, slot: Pin<&mut dyn Attempt<R>>) {
        #[cfg(feature = "testing")]
        if self.core.is_watched() {
            // A test sees that the run runs before it sees what the body does.
            self.core.announce();
            if self.start_stub(&slot.ops()) {
                return;
            }
        }
        self.core.start(slot);
    }

    #[inline]
    pub(super) fn poll_attempt(
        &mut self,
        slot: Pin<&mut dyn Attempt<R>>,
        cx: &mut Context<'_>,
    ) -> Poll<Ending<R>> {
        #[cfg(feature = "testing")]
        if self.core.is_watched()
            && let Some(polled) = self.poll_stub(cx)
        {
            return polled;
        }
        self.core.poll_attempt(slot, cx)
    }
}

impl Core {
    #[inline]
    pub(super) fn start<R>(&mut self, slot: Pin<&mut dyn Attempt<R>>) {
        slot.start();
        if let Some(timeout) = self.timeout() {
            self.node.extras().timer = Some(Box::pin(tokio::time::sleep(timeout)));
        }
        self.phase = Phase::Running;
    }

    #[inline]
    pub(super) fn poll_attempt<R>(
        &mut self,
        mut slot: Pin<&mut dyn Attempt<R>>,
        cx: &mut Context<'_>,
    ) -> Poll<Ending<R>> {
        let polled = {
            let _span =
                self.node.extras.as_ref().and_then(|extras| extras.span.as_ref()).map(tracing::Span::enter);
            catch_unwind(AssertUnwindSafe(|| context::enter(&self.node, || slot.as_mut().poll(cx))))
        };
        let ending = match polled {
            Ok(Poll::Ready(output)) => Ending::Output(output),
            Ok(Poll::Pending) if !self.is_out_of_time(cx) => {
                self.announce();
                return Poll::Pending;
            }
            Ok(Poll::Pending) => {
                // What the body has on its stack is dropped inside the run as well.
                context::enter(&self.node, || slot.as_mut().clear());
                Ending::TimedOut(self.timeout().unwrap_or_default())
            }
            Err(payload) => Ending::Panic(Panic::new(payload)),
        };
        self.give_back();
        slot.clear();
        Poll::Ready(ending)
    }

    fn is_out_of_time(&mut self, cx: &mut Context<'_>) -> bool {
        let timer = self.node.extras.as_mut().and_then(|extras| extras.timer.as_mut());
        timer.is_some_and(|timer| timer.as_mut().poll(cx).is_ready())
    }

    /// What the attempt does not need any more: its time, and the slots that others wait for.
    #[inline]
    fn give_back(&mut self) {
        if let Some(extras) = &mut self.node.extras {
            extras.timer = None;
            extras.slots = None;
        }
    }

    /// Sets the timer for the next attempt.
    #[cold]
    pub(super) fn delay(&mut self, message: impl FnOnce() -> Option<String>) {
        // One that failed within its first poll has not told yet that it ran.
        self.announce();
        let definition = self.node.definition;
        let chosen = self.node.extras.as_ref().and_then(|extras| extras.retry_delay);
        let delay = chosen.unwrap_or_else(|| definition.retry_delay.before(self.attempts_that_failed()));
        let delay = jittered(delay, definition.retry_jitter_factor, fastrand::f64());
        self.await_retry(delay, message);
        self.node.extras().timer = (!delay.is_zero()).then(|| Box::pin(tokio::time::sleep(delay)));
    }

    /// Waits for the end of the delay, if there is one.
    pub(super) fn poll_timer(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let timer = self.node.extras.as_mut().and_then(|extras| extras.timer.as_mut());
        if let Some(timer) = timer {
            ready!(timer.as_mut().poll(cx));
        }
        self.give_back();
        Poll::Ready(())
    }

    /// Counts the attempts after the first, which begins with the run.
    #[inline]
    pub(super) fn begin_attempt(&mut self) {
        if self.state != StateName::Pending {
            self.node.attempt += 1;
            if let Some(scope) = self.node.scope.as_ref().filter(|_| self.node.definition.kind == Kind::Flow)
            {
                scope.begin_attempt();
            }
            self.announced = false;
            // Nothing has failed before a run goes on that was suspended.
            let is_resumed = self.state == StateName::Resuming;
            let state = if is_resumed { StateName::Running } else { StateName::Retrying };
            self.transition(state, None, || None);
        }
    }
}
