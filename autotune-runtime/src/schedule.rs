//! When something is to run again: by a cron expression, at an interval, or by a
//! recurrence rule of RFC 5545.
//!
//! A [`Schedule`] is a rule, not a clock: it says which instants follow a given
//! one. Its answers are those of Prefect 3, whose form it also has in JSON; where
//! Prefect's own answers depend on the version of Python or on when one asks, the
//! rule is kept and the accident is not:
//!
//! - What comes after an instant does not depend on how far back one began to look.
//! - A local time that the clocks skip is moved on by as much as they are put
//!   forward: 02:30 becomes 03:30.
//! - Of a local time that comes twice, the first is meant.
//!
//! Nothing here reads the time: "now" is what the caller says it is.

mod cron;
mod error;
mod interval;
mod rrule;
mod wire;
mod zone;

use std::fmt;
use std::time::Duration;

pub use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use self::cron::Cron;
pub use self::error::ScheduleError;
use self::interval::Interval;
use self::rrule::Recurrence;
use self::wire::Wire;
use self::zone::Zone;

/// The instants at which something is to run.
///
/// ```
/// use autotune::schedule::{Schedule, Timestamp};
///
/// let nightly = Schedule::cron("0 2 * * *")?.timezone("Europe/Berlin")?;
/// assert_eq!(nightly.to_string(), "0 2 * * * (Europe/Berlin)");
///
/// let now: Timestamp = "2026-03-27T12:00:00Z".parse()?;
/// let next: Vec<_> = nightly.after(now).take(3).map(|at| at.to_string()).collect();
/// // The clocks skip 02:00 on the second night.
/// assert_eq!(next, ["2026-03-28T01:00:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// In JSON it is what Prefect has: `{"cron": "0 2 * * *", "timezone": "UTC", "day_or": true}`,
/// `{"interval": 3600.0, "anchor_date": "2020-01-01T00:00:00Z", "timezone": "UTC"}` or
/// `{"rrule": "FREQ=DAILY;BYHOUR=6", "timezone": "UTC"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Wire", into = "Wire")]
pub struct Schedule {
    kind: Kind,
    zone: Zone,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Cron(Cron),
    Interval(Interval),
    Recurrence(Box<Recurrence>),
}

impl Schedule {
    /// At the times of a cron expression: minute, hour, day of month, month, weekday.
    ///
    /// A field is `*`, a number, a name (`jan`, `mon`), a range `1-5`, a step `*/10`, `5-30/5`,
    /// or a list of those with commas. Ranges may go round: `sat-sun`, `22-4`. The day of month
    /// may be `l`, the last; a weekday may be `fri#2`, the second Friday of the month, or `l5`,
    /// the last. 0 and 7 are Sunday. `@hourly`, `@daily`, `@midnight`, `@weekly`, `@monthly`,
    /// `@yearly` and `@annually` stand for what they say.
    ///
    /// If neither the day of month nor the weekday is `*`, either will do, as in cron itself;
    /// [`day_and`](Self::day_and) asks for both.
    ///
    /// Times are local times: an hourly schedule pauses for two hours when the clocks are put
    /// back. Use an [`interval`](Self::interval) for one that does not.
    ///
    /// # Errors
    ///
    /// If it is not such an expression. `R` and `H`, which stand for a random number, and
    /// fields for seconds and years are errors too.
    pub fn cron(expression: &str) -> Result<Self, ScheduleError> {
        Ok(Schedule { kind: Kind::Cron(Cron::parse(expression)?), zone: Zone::default() })
    }

    /// Every `interval`, counted from an [`anchor`](Self::anchor).
    ///
    /// The whole days of an interval are added in local time, so that what runs at nine keeps
    /// running at nine when the clocks change. The rest is added as time that passes: every hour
    /// is every hour.
    ///
    /// # Errors
    ///
    /// If the interval is zero.
    pub fn interval(interval: Duration) -> Result<Self, ScheduleError> {
        Ok(Schedule { kind: Kind::Interval(Interval::new(interval)?), zone: Zone::default() })
    }

    /// At the times of a recurrence rule of RFC 5545.
    ///
    /// `FREQ=DAILY;BYHOUR=6` will do, or lines of `DTSTART`, `RRULE`, `RDATE`, `EXDATE` and
    /// `EXRULE`. Without a `DTSTART` a rule begins on 2020-01-01. As in Prefect, all times in it
    /// are local times of the schedule, a `Z` behind them or not; a `TZID` of the `DTSTART` is
    /// the time zone of the schedule unless [`timezone`](Self::timezone) says otherwise.
    ///
    /// ```
    /// # use autotune::schedule::{Schedule, Timestamp};
    /// let last_workday = Schedule::rrule("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1")?;
    /// let now: Timestamp = "2026-05-01T00:00:00Z".parse()?;
    /// assert_eq!(last_workday.after(now).next(), Some("2026-05-29T00:00:00Z".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If it is not such a rule, or has more than 6500 characters.
    pub fn rrule(rule: &str) -> Result<Self, ScheduleError> {
        let (recurrence, zone) = Recurrence::parse(rule)?;
        Ok(Schedule { kind: Kind::Recurrence(Box::new(recurrence)), zone: zone.unwrap_or_default() })
    }

    /// In whose local time the schedule is meant: an IANA name such as `Europe/Berlin`.
    ///
    /// It is UTC if nothing is said.
    ///
    /// # Errors
    ///
    /// If there is no such time zone.
    pub fn timezone(mut self, name: &str) -> Result<Self, ScheduleError> {
        self.zone = Zone::named(name)?;
        Ok(self)
    }

    /// From where an interval is counted, both ways: an instant at which it runs.
    ///
    /// If nothing is said, it is the beginning of 2020 in the schedule's time zone, so that a
    /// program that is started again keeps its times. (Prefect takes the time at which the
    /// schedule was made.)
    ///
    /// # Errors
    ///
    /// If the schedule is not an interval.
    pub fn anchor(mut self, anchor: Timestamp) -> Result<Self, ScheduleError> {
        match &mut self.kind {
            Kind::Interval(interval) => interval.anchor = Some(anchor),
            other => return Err(ScheduleError::Misplaced { option: "anchor", kind: other.name() }),
        }
        Ok(self)
    }

    /// On days that are right both in the month and in the week: Prefect's `day_or=False`.
    ///
    /// ```
    /// # use autotune::schedule::{Schedule, Timestamp};
    /// let friday_13 = Schedule::cron("0 0 13 * fri")?.day_and()?;
    /// let now: Timestamp = "2026-01-01T00:00:00Z".parse()?;
    /// assert_eq!(friday_13.after(now).next(), Some("2026-02-13T00:00:00Z".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the schedule is not a cron expression.
    pub fn day_and(mut self) -> Result<Self, ScheduleError> {
        match &mut self.kind {
            Kind::Cron(cron) => cron.day_or = false,
            other => return Err(ScheduleError::Misplaced { option: "day_and", kind: other.name() }),
        }
        Ok(self)
    }

    /// The instants from `start` on, in order, each once; `start` itself is one if it fits.
    ///
    /// It ends when the rule does, and where the next instant would be more than fifty years
    /// (cron) or beyond what a [`Timestamp`] can hold.
    pub fn after(&self, start: Timestamp) -> impl Iterator<Item = Timestamp> + '_ {
        let instants: Box<dyn Iterator<Item = Timestamp> + '_> = match &self.kind {
            Kind::Cron(cron) => Box::new(self.zone.instants(start, cron.walls(self.zone.first_wall(start)))),
            Kind::Interval(interval) => interval.after(start, &self.zone),
            Kind::Recurrence(recurrence) => {
                Box::new(self.zone.instants(start, recurrence.walls(self.zone.first_wall(start))))
            }
        };
        instants
    }

    /// The instants from `start` to `end`; each of the two is one if it fits.
    pub fn between(&self, start: Timestamp, end: Timestamp) -> impl Iterator<Item = Timestamp> + '_ {
        self.after(start).take_while(move |&at| at <= end)
    }
}

impl Kind {
    fn name(&self) -> &'static str {
        match self {
            Kind::Cron(_) => "cron",
            Kind::Interval(_) => "interval",
            Kind::Recurrence(_) => "rrule",
        }
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let zone = self.zone.name();
        match &self.kind {
            Kind::Cron(cron) if cron.day_or => write!(f, "{} ({zone})", cron.text()),
            Kind::Cron(cron) => write!(f, "{}, on days that fit both ways ({zone})", cron.text()),
            Kind::Interval(interval) => write!(f, "every {interval} ({zone})"),
            Kind::Recurrence(recurrence) => {
                let lines: Vec<_> = recurrence.text().split_whitespace().collect();
                write!(f, "{} ({zone})", lines.join(" "))
            }
        }
    }
}
