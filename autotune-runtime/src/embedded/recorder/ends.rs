//! The ends of flow runs that were lost. They are told as soon as something can be
//! written again: that little is known of a run is one thing, that it seems to
//! run for ever is another.

use crate::definition::Kind;
use crate::event::{Detail, Event, Root, StateEvent};

/// Of how many runs an end is remembered. Those that end after them seem to run until this process ends.
const MOST: usize = 10_000;

/// The ends of flow runs that are not written for good.
#[derive(Debug, Default)]
pub(super) struct Ends {
    /// Those in the open transaction.
    open: Vec<End>,
    lost: Vec<End>,
}

/// The end of a flow run.
#[derive(Debug)]
pub(super) struct End {
    pub(super) root: Root,
    pub(super) event: Event,
}

impl Ends {
    /// Notes the end of a flow run, if it is among its events.
    pub(super) fn note(&mut self, root: &Root, events: &[Event]) {
        if root.definition.kind == Kind::Flow {
            self.open.extend(events.iter().rev().find_map(|event| End::of(root, event)));
        }
    }

    /// What is noted is written for good.
    pub(super) fn keep(&mut self) {
        self.open.clear();
    }

    /// What is noted is lost.
    pub(super) fn lose(&mut self) {
        self.lost.append(&mut self.open);
        self.lost.truncate(MOST);
    }

    pub(super) fn are_lost(&self) -> bool {
        !self.lost.is_empty()
    }

    /// Those that are lost, to be told.
    pub(super) fn take(&mut self) -> Vec<End> {
        std::mem::take(&mut self.lost)
    }

    /// They could not be told.
    pub(super) fn put_back(&mut self, ends: Vec<End>) {
        self.lost = ends;
    }
}

impl End {
    fn of(root: &Root, event: &Event) -> Option<Self> {
        let Event::State(event) = event else { return None };
        if event.sequence != 0 || !event.state.state_type().is_final() {
            return None;
        }
        let message = event.detail.as_ref().and_then(|detail| detail.message.clone());
        let detail = Some(Box::new(Detail { message, ..Detail::default() }));
        let event = Event::State(StateEvent { detail, ..*event });
        Some(End { root: root.clone(), event })
    }
}
