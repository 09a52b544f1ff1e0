//! The end of a flow run: no call outlives it, and it is not reported before its
//! history is stored.

use std::pin::Pin;
use std::task::{Context, Poll};

use super::{Core, Ending, Execution, Outcome, Phase};
use crate::body::Attempt;
use crate::definition::Kind;
use crate::extras::Waiting;
use crate::scope::{OpenCalls, Scope};
use crate::state::StateName;

impl<R> Execution<R> {
    /// After the body has ended: the calls that it submitted end first.
    ///
    /// They are waited for where the body returned, as with Prefect. Where it was
    /// stopped by its timeout, or by a panic, they are cancelled: Prefect cannot
    /// stop a thread, and waits for them there too.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "as `judge`")]
    pub(super) fn close(&mut self, slot: Pin<&dyn Attempt<R>>, ending: Ending<R>) -> Option<Outcome<R>> {
        if self.core.node.definition.kind == Kind::Flow
            && self.core.wait_for_calls(!matches!(ending, Ending::Output(_)))
        {
            self.held().parked = Some(ending);
            self.core.phase = Phase::Closing;
            return None;
        }
        self.judge(slot, ending)
    }

    /// Hands the outcome on; that of a flow when what was recorded of it is stored, and one that outlives the
    /// process when it does.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "as `judge`")]
    pub(super) fn store(&mut self, outcome: Outcome<R>, cx: &mut Context<'_>) -> Poll<Outcome<R>> {
        match self.core.node.definition.kind {
            Kind::Task if !self.core.is_keeping() => Poll::Ready(outcome),
            Kind::Task | Kind::Flow => self.store_now(outcome, cx),
        }
    }

    #[inline(never)]
    fn store_now(&mut self, outcome: Outcome<R>, cx: &mut Context<'_>) -> Poll<Outcome<R>> {
        let Some(mut stored) = self.core.stored() else { return Poll::Ready(outcome) };
        if stored.as_mut().poll(cx).is_ready() {
            return Poll::Ready(outcome);
        }
        self.core.node.extras().waiting = Some(stored);
        self.core.phase = Phase::Storing;
        self.held().parked = Some(match outcome {
            Outcome::Output(output) => Ending::Output(output),
            Outcome::Panic(panic) => Ending::Panic(panic),
        });
        Poll::Pending
    }
}

impl Core {
    /// Whether submitted calls are open; if so, sets up to wait for them.
    pub(super) fn wait_for_calls(&mut self, cancel: bool) -> bool {
        let Some(scope) = self.node.scope.clone() else { return false };
        if cancel {
            scope.calls().abort();
        }
        let Some(ended) = OpenCalls::ended(&scope) else { return false };
        self.node.extras().waiting = Some(Box::pin(async {
            ended.await;
            Ok(None)
        }));
        true
    }

    /// Whether the result is on its way to where it outlives the process.
    #[inline]
    fn is_keeping(&self) -> bool {
        self.node.extras.as_ref().is_some_and(|extras| extras.keep.is_some())
    }

    /// Resolves when what was recorded is stored. Only then do calls of the same key see the result.
    fn stored(&mut self) -> Option<Waiting> {
        let scope = self.node.scope.as_ref()?;
        if self.node.definition.kind == Kind::Flow {
            scope.end();
        }
        let stored = Scope::stored(scope)?;
        let (keep, flight) = match &mut self.node.extras {
            Some(extras) => (extras.keep.take(), extras.flight.take()),
            None => (None, None),
        };
        Some(Box::pin(async {
            stored.await;
            if let Some(keep) = keep {
                keep();
            }
            drop(flight);
            Ok(None)
        }))
    }
}

impl Drop for Core {
    #[inline]
    fn drop(&mut self) {
        if self.is_under_way() {
            self.cancel();
        }
    }
}

impl Core {
    /// A run that is dropped before its end is cancelled, and so are the calls that it submitted.
    #[cold]
    fn cancel(&mut self) {
        self.abandon_transaction();
        if self.node.definition.kind == Kind::Flow
            && let Some(scope) = &self.node.scope
        {
            scope.calls().abort();
            scope.end();
        }
        self.finish(StateName::Cancelled, || None);
    }
}
