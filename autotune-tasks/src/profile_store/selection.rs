//! Which profile counts, and since when.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::{
    Document, InsulinCurve, ProfileRefusal, StoredProfile, Units, document::is_tuned_name,
    mapping::oref0_profile, switch::Switch,
};
use crate::{
    nightscout::Period,
    oref0::{Profile, Zone},
};

/// How far the clock of a phone may be ahead of ours.
const CLOCK_DIFFERENCE: SignedDuration = SignedDuration::from_mins(15);

/// All profiles of a Nightscout, with the treatments that switch between them.
#[derive(Debug, Clone, Default)]
pub struct ProfileStore {
    /// Newest first.
    documents: Vec<Document>,
    /// Newest first.
    switches: Vec<Switch>,
}

/// Which profile is to be tuned, and how it is to be read.
#[derive(Clone, Default)]
pub struct Selection {
    /// Its name; by default, the active one.
    pub name: Option<String>,
    /// Its units, where the profile does not say them.
    pub units: Option<Units>,
    /// The time zone, whatever the profile says.
    pub zone: Option<Zone>,
    /// How the insulin acts, which no profile says.
    pub curve: InsulinCurve,
}

/// The profile to tune: what a person has set.
#[derive(Clone)]
pub struct Baseline {
    /// As Nightscout has it.
    pub stored: StoredProfile,
    /// As the analysis takes it.
    pub profile: Profile,
    /// The zone its schedules are in.
    pub zone: Zone,
    /// The document that counts, to be compared before anything is written.
    pub document: Option<Document>,
}

/// The profile became another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProfileChange {
    /// When.
    pub at: Timestamp,
    /// For how long; `None` for good.
    pub duration: Option<SignedDuration>,
}

impl ProfileStore {
    /// A store from documents and treatments, in any order.
    ///
    /// What begins later than `now` is left out.
    #[must_use]
    pub fn new(documents: Vec<Value>, treatments: Vec<Value>, now: Timestamp) -> Self {
        let now = now.saturating_add(CLOCK_DIFFERENCE).unwrap_or(now);
        let documents = documents.into_iter().map(Document::new);
        let mut documents: Vec<Document> = documents.filter(|document| document.start() <= now).collect();
        documents.sort_by_key(|document| std::cmp::Reverse(document.start()));
        let switches = treatments.into_iter().filter_map(Switch::new);
        let mut switches: Vec<Switch> = switches.filter(|switch| switch.at <= now).collect();
        switches.sort_by_key(|switch| std::cmp::Reverse(switch.at));
        Self { documents, switches }
    }

    /// The newest document: what is active unless a treatment says otherwise.
    #[must_use]
    pub fn newest(&self) -> Option<&Document> {
        self.documents.first()
    }

    /// The profile to tune, checked.
    pub fn baseline(&self, selection: &Selection) -> Result<Baseline, ProfileRefusal> {
        let newest = self.newest();
        let stored = match (&selection.name, self.active_switch()) {
            (Some(name), _) if is_tuned_name(name) => return Err(ProfileRefusal::Tuned),
            (Some(name), _) => newest.ok_or(ProfileRefusal::None)?.profile(name, selection.units)?,
            (None, Some(switch)) if switch.is_tuned() => return Err(ProfileRefusal::Tuned),
            (None, Some(switch)) => switch.profile(newest, selection.units)?,
            (None, None) => default_profile(newest.ok_or(ProfileRefusal::None)?, selection.units)?,
        };
        let zone = match (&selection.zone, stored.timezone.as_deref()) {
            (Some(zone), _) => zone.clone(),
            (None, Some(name)) => Zone::named(name).map_err(|_| ProfileRefusal::UnknownZone)?,
            (None, None) => return Err(ProfileRefusal::NoZone),
        };
        let profile = oref0_profile(&stored, selection.curve, &zone)?;
        Ok(Baseline { stored, profile, zone, document: newest.cloned() })
    }

    /// When the profile became another one, newest first: for good since a time, or
    /// for a while in a period.
    #[must_use]
    pub fn changes(&self, selection: &Selection, period: Period) -> Vec<ProfileChange> {
        let mut history = self.history(selection);
        history.sort_by_key(|(at, _)| *at);
        let mut changes: Vec<ProfileChange> = history
            .windows(2)
            .filter_map(|pair| match pair {
                [(_, before), (at, after)] if !is_same(before.as_ref(), after.as_ref()) => Some(*at),
                _ => None,
            })
            .filter(|at| *at > period.first())
            .map(|at| ProfileChange { at, duration: None })
            .collect();
        let for_a_while =
            self.switches.iter().filter(|switch| selection.name.is_none() && period.contains(switch.at));
        changes
            .extend(for_a_while.filter_map(|switch| {
                Some(ProfileChange { at: switch.at, duration: Some(switch.duration?) })
            }));
        changes.sort_by_key(|change| std::cmp::Reverse(change.at));
        changes
    }

    /// Refuses a period during which the profile became another one for good.
    ///
    /// What else has changed is given back: for a while, or after the period.
    pub fn unchanged(
        &self,
        selection: &Selection,
        period: Period,
    ) -> Result<Vec<ProfileChange>, ProfileRefusal> {
        let changes = self.changes(selection, period);
        match changes.iter().find(|change| change.duration.is_none() && period.contains(change.at)) {
            Some(change) => Err(ProfileRefusal::Changed { at: change.at }),
            None => Ok(changes),
        }
    }

    /// What the profile was since when; `None` where it cannot be read.
    fn history(&self, selection: &Selection) -> Vec<(Timestamp, Option<StoredProfile>)> {
        if let Some(name) = &selection.name {
            let with_name = self.documents.iter().filter(|document| document.has(name));
            return with_name
                .map(|document| (document.start(), document.profile(name, selection.units).ok()))
                .collect();
        }
        let defaults = self.documents.iter().map(|document| {
            let name = document.default_name();
            let profile = name.and_then(|name| document.profile(name, selection.units));
            (document.start(), profile.ok())
        });
        let for_good = self.switches.iter().filter(|switch| switch.duration.is_none());
        let switched = for_good.map(|switch| {
            let document = self.documents.iter().find(|document| document.start() <= switch.at);
            (switch.at, switch.profile(document.or(self.newest()), selection.units).ok())
        });
        defaults.chain(switched).collect()
    }

    /// Whether the last switches, for good or for a while, were to a profile of that name.
    #[must_use]
    pub fn was_switched_to(&self, name: &str) -> bool {
        let for_good = self.switches.iter().position(|switch| switch.duration.is_none());
        let last = self.switches.iter().take(for_good.map_or(usize::MAX, |place| place + 1));
        last.filter_map(Switch::name).any(|found| found == name)
    }

    /// The switch for good that is newer than every document.
    fn active_switch(&self) -> Option<&Switch> {
        let switch = self.switches.iter().find(|switch| switch.duration.is_none())?;
        let is_newest = self.newest().is_none_or(|document| document.start() < switch.at);
        is_newest.then_some(switch)
    }
}

/// Shown without the name, which may be that of a person.
impl fmt::Debug for Selection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Selection")
            .field("is_named", &self.name.is_some())
            .field("units", &self.units)
            .field("curve", &self.curve)
            .finish_non_exhaustive()
    }
}

/// Shown without any dose.
impl fmt::Debug for Baseline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Baseline").field("document", &self.document).finish_non_exhaustive()
    }
}

fn default_profile(document: &Document, units: Option<Units>) -> Result<StoredProfile, ProfileRefusal> {
    let name = document.default_name()?;
    if is_tuned_name(name) {
        return Err(ProfileRefusal::Tuned);
    }
    document.profile(name, units).map_err(|error| match error {
        ProfileRefusal::Unknown { .. } => ProfileRefusal::Document { missing: "profile of its default name" },
        error => error,
    })
}

fn is_same(before: Option<&StoredProfile>, after: Option<&StoredProfile>) -> bool {
    match (before, after) {
        (Some(before), Some(after)) => before.doses_as(after),
        (None, None) => true,
        _ => false,
    }
}
