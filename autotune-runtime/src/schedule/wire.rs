//! A schedule as Prefect writes it.

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use super::zone::Zone;
use super::{Kind, Schedule, ScheduleError};

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a schedule: an object with `cron`, `interval` or `rrule`")]
pub(super) struct Wire {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cron: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    interval: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rrule: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    anchor_date: Option<String>,
    #[serde(default)]
    timezone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    day_or: Option<bool>,
}

impl From<Schedule> for Wire {
    fn from(schedule: Schedule) -> Self {
        let timezone = Some(schedule.zone.name().to_owned());
        match schedule.kind {
            Kind::Cron(cron) => Wire {
                cron: Some(cron.text().to_owned()),
                day_or: Some(cron.day_or),
                timezone,
                ..Wire::default()
            },
            Kind::Interval(interval) => Wire {
                interval: Some(interval.length().as_secs_f64()),
                anchor_date: Some(interval.anchor_in(&schedule.zone).to_string()),
                timezone,
                ..Wire::default()
            },
            Kind::Recurrence(recurrence) => {
                Wire { rrule: Some(recurrence.text().to_owned()), timezone, ..Wire::default() }
            }
        }
    }
}

impl TryFrom<Wire> for Schedule {
    type Error = ScheduleError;

    fn try_from(wire: Wire) -> Result<Self, ScheduleError> {
        let mut schedule = match (&wire.cron, wire.interval, &wire.rrule) {
            (Some(cron), None, None) => Schedule::cron(cron)?,
            (None, Some(seconds), None) => Schedule::interval(length(seconds)?)?,
            (None, None, Some(rrule)) => Schedule::rrule(rrule)?,
            (None, None, None) => return Err(ScheduleError::NoKind),
            _ => return Err(ScheduleError::SeveralKinds { given: wire.kinds() }),
        };
        // Prefect's `null` is UTC.
        schedule.zone = wire.timezone.as_deref().map_or(Ok(Zone::default()), Zone::named)?;
        if let Some(text) = &wire.anchor_date {
            let anchor = anchor(text, &schedule.zone)?;
            schedule = schedule.anchor(anchor).map_err(|error| renamed(error, "anchor_date"))?;
        }
        match (wire.day_or, &schedule.kind) {
            (None, _) | (Some(true), Kind::Cron(_)) => Ok(schedule),
            (Some(_), _) => schedule.day_and().map_err(|error| renamed(error, "day_or")),
        }
    }
}

impl Wire {
    fn kinds(&self) -> String {
        let given = [
            self.cron.as_ref().map(|_| "`cron`"),
            self.interval.map(|_| "`interval`"),
            self.rrule.as_ref().map(|_| "`rrule`"),
        ];
        given.into_iter().flatten().collect::<Vec<_>>().join(" and ")
    }
}

fn length(seconds: f64) -> Result<Duration, ScheduleError> {
    Duration::try_from_secs_f64(seconds).map_err(|_| ScheduleError::Interval { given: format!("{seconds}s") })
}

/// An instant, or a local time of the schedule.
fn anchor(text: &str, zone: &Zone) -> Result<Timestamp, ScheduleError> {
    let instant = text.parse().ok();
    instant
        .or_else(|| zone.instant(text.parse::<DateTime>().ok()?))
        .ok_or_else(|| ScheduleError::AnchorDate { text: text.to_owned() })
}

fn renamed(error: ScheduleError, option: &'static str) -> ScheduleError {
    match error {
        ScheduleError::Misplaced { kind, .. } => ScheduleError::Misplaced { option, kind },
        error => error,
    }
}
