//! A call with nothing but a body, which is what most are: of the order in which
//! features act on a run, what is left is to begin, to run and to judge.
//!
//! It spares such a call two thirds of its instructions. Where a feature comes in on
//! the way, `drive` goes on from there.

use std::pin::Pin;
use std::task::{Context, Poll};

use super::{Core, Execution, Outcome, Phase};
use crate::body::Attempt;
use crate::definition::Kind;
use crate::limits;

impl<R> Execution<R> {
    /// Whether no feature has a part in the call's first poll.
    #[inline]
    pub(super) fn is_plain(&self) -> bool {
        self.core.phase == Phase::Created && self.held.is_none() && self.core.is_plain()
    }

    /// Begins a plain call and polls its body; `None` if there is more to do than that.
    #[inline]
    pub(super) fn drive_plain(
        &mut self,
        mut slot: Pin<&mut dyn Attempt<R>>,
        cx: &mut Context<'_>,
    ) -> Option<Poll<Outcome<R>>> {
        self.core.begin(cx.waker());
        self.core.start(slot.as_mut());
        match self.core.poll_attempt(slot.as_mut(), cx) {
            Poll::Ready(ending) => self.judge(slot.as_ref(), ending).map(Poll::Ready),
            Poll::Pending => Some(Poll::Pending),
        }
    }
}

impl Core {
    #[inline]
    fn is_plain(&self) -> bool {
        let definition = self.node.definition;
        definition.kind == Kind::Task
            && definition.hooks.is_empty()
            && self.node.extras.is_none()
            && self.key.is_none()
            && !limits::are_on_tags()
    }
}
