//! Hooks: what the user wants to be called when a run comes into a state.

use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use super::{Ending, Execution, Hooking, Outcome, Phase};
use crate::body::Attempt;
use crate::context::{self, Run};
use crate::hook::HookPoint;
use crate::hooks::{Calling, call_all};
use crate::state::State;

impl<R> Execution<R> {
    /// Sets up to call the hooks of the state that the run has come into; `None` if there are.
    #[inline(never)]
    pub(super) fn hook_end(&mut self, slot: Pin<&dyn Attempt<R>>, outcome: Outcome<R>) -> Option<Outcome<R>> {
        if self.core.node.definition.hooks.is_empty() && self.held.is_none() {
            return Some(outcome);
        }
        self.hook_end_now(slot, outcome)
    }

    #[inline(never)]
    fn hook_end_now(&mut self, slot: Pin<&dyn Attempt<R>>, outcome: Outcome<R>) -> Option<Outcome<R>> {
        let point = HookPoint::of(self.core.state).filter(|point| self.has_hook(*point));
        let Some(point) = point else { return Some(outcome) };
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
        if !self.core.node.definition.hooks.contains(HookPoint::Running) && self.held.is_none() {
            return false;
        }
        self.hook_running_now(slot)
    }

    #[inline(never)]
    fn hook_running_now(&mut self, slot: Pin<&dyn Attempt<R>>) -> bool {
        if !self.has_hook(HookPoint::Running) {
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
        let run_count = self.core.run_count();
        let state = State { name: self.core.state, run_count, message, result, by_hand: false };
        let hooking = if self.core.node.definition.hooks.contains(point) {
            let hooks = slot.ops().hooks.expect("a definition with hooks has a body that calls them");
            Hooking::OfAttribute(Mutex::new((hooks().call)(point, Run::of(&self.core.node), state)))
        } else {
            Hooking::OfCall(Calling::of(state))
        };
        self.held().hooking = Some(hooking);
    }

    /// Calls the hooks inside the run; gives back its output.
    pub(super) fn poll_hooks(&mut self, cx: &mut Context<'_>) -> Poll<Option<R>> {
        let span = self.core.node.extras.as_ref().and_then(|extras| extras.span.as_ref());
        let _span = span.map(tracing::Span::enter);
        let held = self.held.as_mut().expect("a phase that waits for hooks has set them");
        let hooking = held.hooking.as_mut().expect("a phase that waits for hooks has set them");
        if let Hooking::OfAttribute(hooks) = hooking {
            let hooks = hooks.get_mut().unwrap_or_else(PoisonError::into_inner);
            let state = ready!(context::enter(&self.core.node, || hooks.as_mut().poll(cx)));
            *hooking = Hooking::OfCall(Calling::of(state));
        }
        if let Hooking::OfCall(calling) = hooking
            && !held.attached.is_empty()
        {
            let run = Run::of(&self.core.node);
            ready!(context::enter(&self.core.node, || calling.poll(&held.attached, &run, cx)));
        }
        let Some(Hooking::OfCall(calling)) = held.hooking.take() else {
            unreachable!("those of the call come after those of the attribute")
        };
        Poll::Ready(calling.state.into_result())
    }

    /// Whether something is to be called at this point.
    pub(super) fn has_hook(&self, point: HookPoint) -> bool {
        let attached = self.held.iter().flat_map(|held| &held.attached);
        self.core.node.definition.hooks.contains(point) || attached.into_iter().any(|hook| hook.is_of(point))
    }

    /// What the run ended with, after its hooks.
    pub(super) fn outcome_after_hooks(&mut self, output: Option<R>) -> Outcome<R> {
        match output {
            Some(output) => Outcome::Output(output),
            None => self.unpark_outcome(),
        }
    }
}

impl<R> Drop for Execution<R> {
    #[inline]
    fn drop(&mut self) {
        if self.held.is_some() && self.core.is_under_way() {
            self.hook_drop();
        }
    }
}

impl<R> Execution<R> {
    /// Calls what is to be called where a run is dropped before its end.
    #[cold]
    fn hook_drop(&mut self) {
        let Some(held) = &mut self.held else { return };
        if held.cancel.is_none() && held.attached.is_empty() {
            return;
        }
        let run = Run::of(&self.core.node);
        let state = State::of_cancelled(run.name());
        // Inside the run, so that the flow which it belongs to waits for them.
        context::enter(&self.core.node, || {
            call_all(&held.attached, HookPoint::Cancellation, &run, &state);
            if let Some(cancel) = held.cancel {
                cancel(run, state);
            }
        });
    }
}
