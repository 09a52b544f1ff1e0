//! What others, and its own code, ask of a flow run while it is on its way: to pause, to go
//! on, to leave its process, and to stop.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use super::{Core, Execution, Outcome, Panic, Phase};
use crate::body::Attempt;
use crate::context::{self, Run};
use crate::definition::Kind;
use crate::extras::waiting;
use crate::hook::HookPoint;
use crate::interrupted::{Cancelled, Interrupted, Suspended};
use crate::output::Ops;
use crate::scope::{OpenCalls, Scope, Suspension};
use crate::state::{State, StateName};

impl<R> Execution<R> {
    /// Does what was asked since the run was last polled. Nobody asks anything of a task.
    #[inline]
    pub(super) fn heed(&mut self, slot: Pin<&mut dyn Attempt<R>>, cx: &mut Context<'_>) {
        if self.core.node.definition.kind == Kind::Flow && self.core.is_under_way() {
            self.heed_now(slot, cx);
        }
    }

    #[inline(never)]
    fn heed_now(&mut self, slot: Pin<&mut dyn Attempt<R>>, cx: &mut Context<'_>) {
        if self.core.is_stopping() || !self.core.is_asked(cx) {
            return;
        }
        let Some(scope) = self.core.node.scope.clone() else { return };
        let turns = scope.control().turns();
        let is_running = matches!(self.core.phase, Phase::HookingStart | Phase::Running | Phase::Closing);
        if is_running {
            self.core.announce();
            for state in turns {
                self.core.transition(state, None, || None);
            }
        }
        if scope.control().is_cancelled() {
            self.cancel(slot);
        } else if is_running && let Some(suspension) = scope.control().suspension() {
            self.suspend(slot, scope, suspension);
        }
    }

    /// Drops the body where it waits, and cancels the calls that it submitted.
    fn cancel(&mut self, slot: Pin<&mut dyn Attempt<R>>) {
        self.core.transition(StateName::Cancelling, None, || None);
        self.drop_body(slot);
        self.core.wait_for_calls(true);
        self.core.phase = Phase::Stopping;
    }

    /// Drops the body and cancels the calls as well, and gives the run back to its orchestrator.
    fn suspend(&mut self, slot: Pin<&mut dyn Attempt<R>>, scope: Arc<Scope>, suspension: Suspension) {
        self.drop_body(slot);
        scope.calls().abort();
        self.core.node.extras().waiting = Some(waiting(async move {
            if let Some(ended) = OpenCalls::ended(&scope) {
                ended.await;
            }
            // What has happened up to here happened before.
            if let Some(stored) = Scope::stored(&scope) {
                stored.await;
            }
            suspension.hand_over(&scope).await?;
            Ok(None)
        }));
        self.core.phase = Phase::Suspending;
    }

    /// Ends the part of the run in this process; `None` if it was cancelled before its orchestrator took it back.
    pub(super) fn let_go(
        &mut self,
        slot: Pin<&mut dyn Attempt<R>>,
        handed_over: Result<(), Interrupted>,
    ) -> Option<Outcome<R>> {
        match handed_over {
            Ok(()) => {
                let flow_run = Run::of(&self.core.node).name().to_owned();
                Some(self.refuse(&slot.ops(), StateName::Suspended, Suspended { flow_run }.into()))
            }
            Err(Interrupted::Cancelled(_)) => {
                self.cancel(slot);
                None
            }
            Err(why) => Some(self.refuse(&slot.ops(), StateName::Crashed, why)),
        }
    }

    fn drop_body(&mut self, mut slot: Pin<&mut dyn Attempt<R>>) {
        if let Some(held) = &mut self.held {
            held.hooking = None;
            held.parked = None;
        }
        self.core.stop_waiting();
        // What the body has on its stack is dropped inside the run as well.
        context::enter(&self.core.node, || slot.as_mut().clear());
    }

    /// Waits for the calls that were cancelled, then for the hooks, and ends the run.
    #[inline(never)]
    pub(super) fn poll_stop(&mut self, slot: Pin<&dyn Attempt<R>>, cx: &mut Context<'_>) -> Poll<Outcome<R>> {
        if self.core.phase == Phase::Stopping {
            if self.core.is_waiting() {
                let _ = ready!(self.core.poll_waiting(cx));
            }
            self.hook_stop(slot);
        }
        if self.core.phase == Phase::HookingStop {
            let _ = ready!(self.poll_hooks(cx));
        }
        let name = self.core.node.definition.name.to_owned();
        Poll::Ready(self.refuse(&slot.ops(), StateName::Cancelled, Cancelled { name }.into()))
    }

    /// Sets up to call `on_cancellation`, if there is such a hook.
    fn hook_stop(&mut self, slot: Pin<&dyn Attempt<R>>) {
        if !self.has_hook(HookPoint::Cancellation) {
            return;
        }
        // They are called here, and not once more when the call is dropped.
        self.held().cancel = None;
        let message = State::<R>::of_cancelled(Run::of(&self.core.node).name()).message;
        self.call_hooks(slot, HookPoint::Cancellation, None, message);
        self.core.phase = Phase::HookingStop;
    }

    /// Ends a run in the place of its body, also where its output cannot say so.
    #[cold]
    pub(super) fn refuse(&mut self, ops: &Ops<R>, state: StateName, why: Interrupted) -> Outcome<R> {
        let message = why.to_string();
        self.core.finish(state, || Some(message.clone()));
        match self.carries(ops) {
            Some(carry) => Outcome::Output(carry(why)),
            None => Outcome::Panic(Panic::uncarried(message)),
        }
    }
}

impl Core {
    fn is_stopping(&self) -> bool {
        matches!(self.phase, Phase::Stopping | Phase::HookingStop)
    }

    fn is_waiting(&self) -> bool {
        self.node.extras.as_ref().is_some_and(|extras| extras.waiting.is_some())
    }

    fn is_asked(&self, cx: &mut Context<'_>) -> bool {
        let Some(scope) = &self.node.scope else { return false };
        // Registered before the wishes are read, so that none is missed.
        scope.control().polled_by(cx.waker());
        scope.control().is_asked()
    }

    fn stop_waiting(&mut self) {
        if let Some(extras) = &mut self.node.extras {
            extras.waiting = None;
            extras.timer = None;
            extras.slots = None;
        }
    }
}
