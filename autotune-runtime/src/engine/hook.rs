//! Hooks: what the user wants to be called when a run comes into a state.

use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use super::{Core, Ending, Execution, Outcome, Phase};
use crate::body::Attempt;
use crate::context::{self, Run};
use crate::hook::HookPoint;
use crate::state::State;

impl<R> Execution<R> {
    /// Sets up to call the hooks of the state that the run has come into; `None` if there are.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "as `judge`")]
    pub(super) fn hook_end(&mut self, slot: Pin<&dyn Attempt<R>>, outcome: Outcome<R>) -> Option<Outcome<R>> {
        if self.core.node.definition.hooks.is_empty() {
            return Some(outcome);
        }
        self.hook_end_now(slot, outcome)
    }

    #[inline(never)]
    fn hook_end_now(&mut self, slot: Pin<&dyn Attempt<R>>, outcome: Outcome<R>) -> Option<Outcome<R>> {
        let Some(point) = self.core.hook_point() else { return Some(outcome) };
        let message = slot.ops().message;
        let (result, message) = match outcome {
            Outcome::Output(output) => {
                let message = message(&output);
                (Some(output), message)
            }
            Outcome::Panic(panic) => {
                let message = panic.message();
                self.held().parked = Some(Ending::Panic(panic));
                (None, Some(message))
            }
        };
        self.call_hooks(slot, point, result, message);
        self.core.phase = Phase::HookingEnd;
        None
    }

    /// Remembers what to call if the run is dropped.
    #[inline]
    pub(super) fn hook_cancellation(&mut self, slot: Pin<&dyn Attempt<R>>) {
        if self.core.node.definition.hooks.contains(HookPoint::Cancellation) {
            self.held().cancel = slot.ops().hooks.map(|hooks| hooks().cancel);
        }
    }

    /// Sets up to call `on_running`; whether there is such a hook.
    #[inline]
    pub(super) fn hook_running(&mut self, slot: Pin<&dyn Attempt<R>>) -> bool {
        if !self.core.node.definition.hooks.contains(HookPoint::Running) {
            return false;
        }
        self.core.announce();
        self.call_hooks(slot, HookPoint::Running, None, None);
        self.core.phase = Phase::HookingStart;
        true
    }

    pub(super) fn call_hooks(
        &mut self,
        slot: Pin<&dyn Attempt<R>>,
        point: HookPoint,
        result: Option<R>,
        message: Option<String>,
    ) {
        let hooks = slot.ops().hooks.expect("a definition with hooks has a body that calls them");
        let run_count = self.core.run_count();
        let state = State { name: self.core.state, run_count, message, result };
        let hooks = (hooks().call)(point, Run::of(&self.core.node), state);
        self.held().hooks = Some(Mutex::new(hooks));
    }

    /// Calls the hooks inside the run; gives back its output.
    pub(super) fn poll_hooks(&mut self, cx: &mut Context<'_>) -> Poll<Option<R>> {
        let hooks = self.held.as_mut().and_then(|held| held.hooks.as_mut());
        let hooks = hooks.expect("a phase that waits for hooks has set them");
        let hooks = hooks.get_mut().unwrap_or_else(PoisonError::into_inner);
        let state = {
            let span = self.core.node.extras.as_ref().and_then(|extras| extras.span.as_ref());
            let _span = span.map(tracing::Span::enter);
            ready!(context::enter(&self.core.node, || hooks.as_mut().poll(cx)))
        };
        self.held().hooks = None;
        Poll::Ready(state.into_result())
    }

    /// What the run ended with, after its hooks.
    pub(super) fn outcome_after_hooks(&mut self, output: Option<R>) -> Outcome<R> {
        match output {
            Some(output) => Outcome::Output(output),
            None => match self.unpark() {
                Ending::Panic(panic) => Outcome::Panic(panic),
                Ending::Output(output) => Outcome::Output(output),
                Ending::TimedOut(_) => unreachable!("a timeout is an output before hooks are called"),
            },
        }
    }
}

impl Core {
    fn hook_point(&self) -> Option<HookPoint> {
        HookPoint::of(self.state).filter(|point| self.node.definition.hooks.contains(*point))
    }
}

impl<R> Drop for Execution<R> {
    fn drop(&mut self) {
        if let Some(cancel) = self.held.as_ref().and_then(|held| held.cancel)
            && self.core.is_under_way()
        {
            let run = Run::of(&self.core.node);
            let state = State::cancelled(run.name());
            // Inside the run, so that the flow which it belongs to waits for them.
            context::enter(&self.core.node, || cancel(run, state));
        }
    }
}
