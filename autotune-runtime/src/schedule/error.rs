//! What is wrong with a schedule, and what to write instead.

use thiserror::Error;

/// Why something is not a schedule.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ScheduleError {
    /// A cron expression has too few fields, or more than there are.
    #[error(
        "a cron expression has five fields (minute, hour, day of month, month, weekday), \
         not {count}: `{expression}`"
    )]
    CronFields {
        /// The expression.
        expression: String,
        /// How many fields it has.
        count: usize,
    },
    /// A cron expression has a field for seconds, perhaps one for years.
    #[error(
        "`{expression}` has {count} fields: seconds and years have none here; write minute, hour, \
         day of month, month and weekday, and `Schedule::interval` for what runs more than once a minute"
    )]
    CronSeconds {
        /// The expression.
        expression: String,
        /// How many fields it has.
        count: usize,
    },
    /// A field of a cron expression leaves its value to chance.
    #[error("`{field}` in `{expression}` stands for a random number: write the number that is meant")]
    CronRandom {
        /// The expression.
        expression: String,
        /// The field.
        field: String,
    },
    /// A field of a cron expression cannot be read.
    #[error("`{value}` is no {field} in `{expression}`: write {expected}")]
    CronField {
        /// The expression.
        expression: String,
        /// Which field, as people call it.
        field: &'static str,
        /// The part of the field that is wrong.
        value: String,
        /// What may stand there.
        expected: String,
    },
    /// There is no such time zone.
    #[error("there is no time zone `{name}`: write an IANA name such as `Europe/Berlin`, or `UTC`")]
    TimeZone {
        /// What was given for its name.
        name: String,
    },
    /// An interval that does not get on.
    #[error("an interval must be longer than zero, not {given}: write the seconds from one run to the next")]
    Interval {
        /// The interval, as it was given.
        given: String,
    },
    /// The anchor of an interval cannot be read.
    #[error("`{text}` is no `anchor_date`: write an instant such as `2020-01-01T00:00:00Z`")]
    AnchorDate {
        /// What was given.
        text: String,
    },
    /// A recurrence rule is too long.
    #[error(
        "a recurrence rule has at most {most} characters, not {length}: use `EXDATE` and `RDATE` sparingly"
    )]
    RruleLength {
        /// Its length.
        length: usize,
        /// The longest there may be.
        most: usize,
    },
    /// A part of a recurrence rule cannot be read.
    #[error("`{part}` is wrong in a recurrence rule: {expected}")]
    Rrule {
        /// The part that is wrong.
        part: String,
        /// What may stand there.
        expected: String,
    },
    /// An option that another kind of schedule has.
    #[error("`{option}` says nothing about a schedule by `{kind}`: leave it out")]
    Misplaced {
        /// The option.
        option: &'static str,
        /// The kind of the schedule.
        kind: &'static str,
    },
    /// More than one kind of schedule is given.
    #[error(
        "only one schedule type can be defined: write one of `cron`, `interval` and `rrule`, not {given}"
    )]
    SeveralKinds {
        /// The kinds that are given.
        given: String,
    },
    /// No kind of schedule is given.
    #[error("a schedule needs `cron`, `interval` or `rrule`")]
    NoKind,
}
