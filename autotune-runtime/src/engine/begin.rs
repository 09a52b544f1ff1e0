//! The first poll of a call: it takes its place and is seen from here on.

use std::sync::Arc;
use std::task::Waker;

use super::{Core, Phase};
use crate::definition::Kind;
use crate::interrupted::InvalidParameters;
use crate::moment::Moment;
use crate::scope::{self, Given, Scope};
use crate::state::StateName;

impl Core {
    #[inline]
    pub(super) fn begin(&mut self, waker: &Waker) {
        match self.node.definition.kind {
            Kind::Flow => {
                self.open_scope();
                if let Some(scope) = &self.node.scope {
                    scope.control().polled_by(waker);
                    if self.node.definition.persist_result {
                        self.key = Some(scope.lineage().key(self.node.definition));
                    }
                }
            }
            Kind::Task => self.take_number(),
        }
        #[cfg(feature = "testing")]
        self.keep_to_test();
        if self.is_recorded() {
            self.started = Some(Moment::now());
        }
        self.open_span();
    }

    /// A flow is a root run of its own; the run that called it is its parent.
    fn open_scope(&mut self) {
        let parent = self.node.scope.take().map(|scope| (scope, self.node.parent));
        let mut given = Given { parent, ..Given::default() };
        if let Some(extras) = &mut self.node.extras {
            given.name.clone_from(&extras.name);
            given.tags = extras.all_tags().collect();
            given.parameters = extras.parameters.take();
            given.known = extras.known;
            given.deployed = extras.deployed.take();
            #[cfg(feature = "testing")]
            {
                given.observer = extras.observer().cloned();
            }
        }
        if let Some(known) = given.known
            && let Some(before) = known.run_count.checked_sub(1)
        {
            // It goes on where the last attempt ended, as if that had failed, unless it was only suspended.
            let after = if known.is_resumed { StateName::Resuming } else { StateName::AwaitingRetry };
            (self.node.attempt, self.state) = (before, after);
        }
        self.node.scope = Some(Scope::new(self.node.definition, given));
        self.node.parent = 0;
    }

    #[inline]
    fn take_number(&mut self) {
        if let Some(scope) = &self.node.scope {
            self.node.sequence = scope.next_call();
            if scope.has_ended() {
                outlived(self.node.definition.name, scope);
            }
        } else if self.is_seen() {
            // A task outside of any flow is seen as well.
            self.open_scope();
        } else {
            self.node.take_number_alone();
        }
    }

    #[inline]
    pub(super) fn is_recorded(&self) -> bool {
        self.node.scope.as_ref().is_some_and(|scope| scope.is_recorded())
    }

    /// Whether a root run that begins here is seen by anybody.
    #[inline]
    #[cfg_attr(not(feature = "testing"), expect(clippy::unused_self, reason = "only a test sees some runs"))]
    fn is_seen(&self) -> bool {
        #[cfg(feature = "testing")]
        if self.is_watched() {
            return true;
        }
        scope::is_recorded()
    }

    pub(super) fn invalid_parameters(&mut self) -> Option<InvalidParameters> {
        self.node.extras.as_mut()?.invalid.take()
    }

    /// What comes after the beginning: the runs named in `wait_for`, if there are any.
    #[inline]
    pub(super) fn wait_for_upstream(&mut self) -> Phase {
        let Some(extras) = &mut self.node.extras else { return Phase::LookingUp };
        if extras.wait_for.is_empty() {
            return Phase::LookingUp;
        }
        let upstream = std::mem::take(&mut extras.wait_for);
        extras.waiting = Some(Box::pin(async move {
            for run in upstream {
                run.ready().await?;
            }
            Ok(None)
        }));
        Phase::WaitingForUpstream
    }

    /// The run starts here, and not where it began to wait.
    pub(super) fn waited(&mut self) {
        if self.started.is_some() && self.state == StateName::Pending {
            self.started = Some(Moment::now());
        }
    }
}

/// A call that starts when its flow run has ended was let go of by the user's own
/// `tokio::spawn`: it runs, but not unnoticed.
#[cold]
fn outlived(task: &str, scope: &Arc<Scope>) {
    tracing::warn!(
        target: "autotune::run",
        "`{task}` starts after `{}`, in which it was called, has ended; await it there, or use `.submit()`",
        scope.name()
    );
}
