//! From local times to instants.

use std::collections::BTreeSet;

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use super::ScheduleError;

/// A time zone that exists, by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Zone(TimeZone);

impl Default for Zone {
    fn default() -> Self {
        Zone(TimeZone::UTC)
    }
}

impl Zone {
    pub(super) fn named(name: &str) -> Result<Self, ScheduleError> {
        match TimeZone::get(name) {
            Ok(zone) if zone.iana_name().is_some() && !zone.is_unknown() => Ok(Zone(zone)),
            _ => Err(ScheduleError::TimeZone { name: name.to_owned() }),
        }
    }

    pub(super) fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    pub(super) fn time_zone(&self) -> &TimeZone {
        &self.0
    }

    /// The instant of a local time; one that is skipped is moved on, of two the first is meant.
    pub(super) fn instant(&self, wall: DateTime) -> Option<Timestamp> {
        self.0.to_ambiguous_timestamp(wall).compatible().ok()
    }

    /// The earliest local time that can be an instant from `start` on.
    ///
    /// That is its own local time, unless a skipped time was moved on to beyond `start`: then it
    /// is the beginning of what was skipped.
    pub(super) fn first_wall(&self, start: Timestamp) -> DateTime {
        let wall = self.0.to_datetime(start);
        // `preceding` excludes the instant itself.
        let inclusive = start.checked_add(SignedDuration::from_nanos(1)).unwrap_or(start);
        let Some(transition) = self.0.preceding(inclusive).next() else { return wall };
        let change = transition.timestamp();
        let Ok(before) = change.checked_sub(SignedDuration::from_nanos(1)) else { return wall };
        let old_offset = self.0.to_offset(before);
        let gap = i64::from(transition.offset().seconds()) - i64::from(old_offset.seconds());
        if gap > 0 && start.duration_since(change) < SignedDuration::from_secs(gap) {
            return old_offset.to_datetime(change);
        }
        wall
    }

    /// The instants from `start` on of local times that ascend from [`first_wall`](Self::first_wall).
    pub(super) fn instants<I>(&self, start: Timestamp, walls: I) -> Instants<'_, I> {
        Instants { zone: self, start, walls, ahead: None, moved: BTreeSet::new() }
    }
}

/// Local times as instants, in order, each once.
#[derive(Debug)]
pub(super) struct Instants<'a, I> {
    zone: &'a Zone,
    start: Timestamp,
    walls: I,
    ahead: Option<Timestamp>,
    /// Skipped times, moved on: they may come behind later local times.
    moved: BTreeSet<Timestamp>,
}

impl<I: Iterator<Item = DateTime>> Iterator for Instants<'_, I> {
    type Item = Timestamp;

    fn next(&mut self) -> Option<Timestamp> {
        loop {
            self.look_ahead();
            let at = match (self.moved.first().copied(), self.ahead) {
                (Some(moved), Some(ahead)) => moved.min(ahead),
                (moved, ahead) => moved.or(ahead)?,
            };
            self.moved.remove(&at);
            self.ahead = self.ahead.filter(|&ahead| ahead != at);
            if at >= self.start {
                return Some(at);
            }
        }
    }
}

impl<I: Iterator<Item = DateTime>> Instants<'_, I> {
    fn look_ahead(&mut self) {
        while self.ahead.is_none() {
            let Some(wall) = self.walls.next() else { return };
            let local = self.zone.0.to_ambiguous_timestamp(wall);
            let skipped = matches!(local.offset(), AmbiguousOffset::Gap { .. });
            match local.compatible() {
                Ok(at) if skipped => _ = self.moved.insert(at),
                Ok(at) => self.ahead = Some(at),
                Err(_) => return,
            }
        }
    }
}
