//! The order in which features act on a run.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::{Core, Ending, Execution, Outcome, Phase};
use crate::body::Attempt;
use crate::interrupted::{Interrupted, TimedOut};
use crate::output::Ops;
use crate::state::{StateName, StateType};

impl<R> Execution<R> {
    /// Drives the run as far as it goes now.
    ///
    /// `slot` is the call's own body behind a borrow: this is compiled once for
    /// each output type, and allocates nothing.
    #[inline]
    pub(crate) fn drive(
        &mut self,
        mut slot: Pin<&mut dyn Attempt<R>>,
        cx: &mut Context<'_>,
    ) -> Poll<Outcome<R>> {
        if self.is_plain()
            && let Some(polled) = self.drive_plain(slot.as_mut(), cx)
        {
            return polled;
        }
        self.drive_on(slot, cx)
    }

    /// The order, whole.
    #[inline(never)]
    #[expect(clippy::too_many_lines, reason = "the order is written once, in one place")]
    fn drive_on(&mut self, mut slot: Pin<&mut dyn Attempt<R>>, cx: &mut Context<'_>) -> Poll<Outcome<R>> {
        /// Ends the run, after its hooks. In place, because an output that is handed on through memory
        /// costs as much as the rest of a call.
        macro_rules! end {
            ($outcome:expr) => {
                let outcome = $outcome;
                if self.ends_alone() {
                    return self.store(outcome, cx);
                }
                if let Some(outcome) = self.settle(outcome)
                    && let Some(outcome) = self.hook_end(slot.as_ref(), outcome)
                {
                    return self.store(outcome, cx);
                }
            };
        }
        self.heed(slot.as_mut(), cx);
        loop {
            match self.core.phase {
                Phase::Created => {
                    self.core.begin(cx.waker());
                    self.core.join_transaction();
                    self.hook_cancellation(slot.as_ref());
                    if let Some(invalid) = self.core.invalid_parameters() {
                        let ops = slot.ops();
                        let output = self.interrupt(&ops, Interrupted::InvalidParameters(invalid));
                        self.core.finish(StateName::Failed, || (ops.message)(&output));
                        end!(Outcome::Output(output));
                    } else {
                        self.core.phase = self.core.wait_for_upstream();
                    }
                }
                Phase::WaitingForUpstream => match ready!(self.core.poll_waiting(cx)) {
                    Ok(()) => {
                        self.core.waited();
                        self.core.phase = Phase::LookingUp;
                    }
                    Err(not_ready) => {
                        let ops = slot.ops();
                        let output = self.interrupt(&ops, not_ready);
                        self.core.finish(StateName::NotReady, || (ops.message)(&output));
                        end!(Outcome::Output(output));
                    }
                },
                Phase::LookingUp => {
                    if let Some(output) = self.look_up(slot.as_ref()) {
                        self.core.finish(StateName::Cached, || None);
                        end!(Outcome::Output(output));
                    }
                }
                Phase::WaitingForFlight => {
                    let _ = ready!(self.core.poll_waiting(cx));
                    self.core.phase = Phase::LookingUp;
                }
                Phase::TakingSlots => self.core.phase = self.core.wait_for_slots(),
                Phase::WaitingForSlots => match ready!(self.core.poll_waiting(cx)) {
                    Ok(()) => {
                        self.core.waited();
                        self.core.phase = Phase::Starting;
                    }
                    Err(no_slots) => {
                        let outcome = self.refuse(&slot.ops(), StateName::Crashed, no_slots);
                        end!(outcome);
                    }
                },
                Phase::Starting => {
                    self.core.begin_attempt();
                    if !self.hook_running(slot.as_ref()) {
                        self.start(slot.as_mut());
                    }
                }
                Phase::HookingStart => {
                    let _ = ready!(self.poll_hooks(cx));
                    self.start(slot.as_mut());
                }
                Phase::Running => {
                    let ending = ready!(self.poll_attempt(slot.as_mut(), cx));
                    if let Some(outcome) = self.close(slot.as_ref(), ending) {
                        end!(outcome);
                    }
                }
                Phase::Closing => {
                    let _ = ready!(self.core.poll_waiting(cx));
                    let ending = self.unpark();
                    if let Some(outcome) = self.judge(slot.as_ref(), ending) {
                        end!(outcome);
                    }
                }
                Phase::Delaying => {
                    ready!(self.core.poll_timer(cx));
                    self.core.phase = Phase::TakingSlots;
                }
                Phase::Undoing => {
                    let _ = ready!(self.core.poll_waiting(cx));
                    self.core.phase = Phase::Delaying;
                }
                Phase::Settling => {
                    let _ = ready!(self.core.poll_waiting(cx));
                    self.core.phase = Phase::Ended;
                    let outcome = self.unpark_outcome();
                    if let Some(outcome) = self.hook_end(slot.as_ref(), outcome) {
                        return self.store(outcome, cx);
                    }
                }
                Phase::HookingEnd => {
                    let output = ready!(self.poll_hooks(cx));
                    let outcome = self.outcome_after_hooks(output);
                    self.core.phase = Phase::Ended;
                    return self.store(outcome, cx);
                }
                Phase::Storing => {
                    let _ = ready!(self.core.poll_waiting(cx));
                    self.core.phase = Phase::Ended;
                    return Poll::Ready(self.unpark_outcome());
                }
                Phase::Suspending => {
                    let handed_over = ready!(self.core.poll_waiting(cx));
                    if let Some(outcome) = self.let_go(slot.as_mut(), handed_over) {
                        end!(outcome);
                    }
                }
                Phase::Stopping | Phase::HookingStop => {
                    let outcome = ready!(self.poll_stop(slot.as_ref(), cx));
                    return self.store(outcome, cx);
                }
                Phase::Ended => panic!("`{}` was polled after it had ended", self.core.node.definition.name),
            }
        }
    }

    /// Decides what the end of an attempt means: the end of the run, or another attempt.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "measured: handing the output on through memory costs 30 ns of 115"
    )]
    pub(super) fn judge(&mut self, slot: Pin<&dyn Attempt<R>>, ending: Ending<R>) -> Option<Outcome<R>> {
        let ops = slot.ops();
        let (output, failed) = match ending {
            Ending::Output(output) if !(ops.failed)(&output) => {
                self.keep(&ops, &output);
                self.core.finish(StateName::Completed, || (ops.message)(&output));
                return Some(Outcome::Output(output));
            }
            Ending::Panic(panic) => {
                self.core.finish(StateName::Crashed, || Some(panic.message()));
                return Some(Outcome::Panic(panic));
            }
            Ending::Output(output) => {
                let failed = ops.conclude.map_or(StateName::Failed, |conclude| conclude(&output).state);
                (output, failed)
            }
            Ending::TimedOut(timeout) => {
                let interrupted = Interrupted::TimedOut(TimedOut { timeout });
                (self.interrupt(&ops, interrupted), StateName::TimedOut)
            }
        };
        // What was cancelled or has crashed is not tried again, and what is paused goes on elsewhere.
        if failed.state_type() == StateType::Failed && self.is_retried(&ops, &output) {
            self.core.delay(|| (ops.message)(&output));
            self.core.undo_attempt();
            return None;
        }
        self.core.finish(failed, || (ops.message)(&output));
        Some(Outcome::Output(output))
    }

    fn is_retried(&self, ops: &Ops<R>, output: &R) -> bool {
        self.core.attempts_that_failed() < self.core.retries()
            && ops.retry_condition.is_none_or(|condition| condition(output))
    }
}

impl Core {
    pub(super) fn poll_waiting(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Interrupted>> {
        let waiting = self.node.extras.as_mut().and_then(|extras| extras.waiting.as_mut());
        let result = ready!(waiting.expect("a phase that waits has set what for").as_mut().poll(cx));
        let extras = self.node.extras();
        extras.waiting = None;
        Poll::Ready(result.map(|slots| extras.slots = slots))
    }
}
