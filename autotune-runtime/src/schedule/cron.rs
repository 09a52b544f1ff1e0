//! Cron expressions in the dialect of croniter, which is Prefect's.
//!
//! The dialect is read here and not by a library, because it is one of its own: ranges
//! go round, `l5` is the last Friday, and `59/5` is every five minutes. What is left
//! after reading it, the search, is short.

mod field;

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, time};

use super::ScheduleError;
use field::{Field, Slot};

/// How many years may pass from one time to the next.
const YEARS: i16 = 50;

const KEYWORDS: [(&str, &str); 7] = [
    ("@midnight", "0 0 * * *"),
    ("@hourly", "0 * * * *"),
    ("@daily", "0 0 * * *"),
    ("@weekly", "0 0 * * 0"),
    ("@monthly", "0 0 1 * *"),
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
];

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cron {
    text: String,
    minutes: Field,
    hours: Field,
    days: Field,
    months: Field,
    weekdays: Field,
    pub(super) day_or: bool,
}

impl Cron {
    pub(super) fn parse(text: &str) -> Result<Self, ScheduleError> {
        let lower = text.to_lowercase();
        let keyword = KEYWORDS.iter().find(|(keyword, _)| *keyword == lower);
        let expression = keyword.map_or(lower.as_str(), |(_, expression)| expression);
        let fields: Vec<_> = expression.split_whitespace().collect();
        let &[minute, hour, day, month, weekday] = fields.as_slice() else {
            let (expression, count) = (text.to_owned(), fields.len());
            return Err(match count {
                6 | 7 => ScheduleError::CronSeconds { expression, count },
                _ => ScheduleError::CronFields { expression, count },
            });
        };
        let read = |slot: &Slot, field, other| slot.read(field, other, text);
        Ok(Cron {
            text: text.to_owned(),
            minutes: read(&field::MINUTE, minute, None)?,
            hours: read(&field::HOUR, hour, None)?,
            days: read(&field::DAY, day, Some(weekday))?,
            months: read(&field::MONTH, month, None)?,
            weekdays: read(&field::WEEKDAY, weekday, Some(day))?,
            day_or: true,
        })
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The local times from `from` on.
    pub(super) fn walls(&self, from: DateTime) -> impl Iterator<Item = DateTime> + '_ {
        let mut from = Some(from);
        std::iter::from_fn(move || {
            let wall = self.next(from?)?;
            from = wall.checked_add(1.minute()).ok();
            Some(wall)
        })
    }

    fn next(&self, from: DateTime) -> Option<DateTime> {
        let from = match (from.second(), from.subsec_nanosecond()) {
            (0, 0) => from,
            _ => from.checked_add(1.minute()).ok()?.with().second(0).subsec_nanosecond(0).build().ok()?,
        };
        let date = self.next_day(from.date())?;
        if date == from.date()
            && let Some(wall) = self.next_time(from)
        {
            return Some(wall);
        }
        let date = if date == from.date() { self.next_day(date.tomorrow().ok()?)? } else { date };
        self.next_time(date.to_datetime(time(0, 0, 0, 0)))
    }

    /// The first time of `from`'s day that is not before it.
    fn next_time(&self, from: DateTime) -> Option<DateTime> {
        let (hour, minute) = (from.hour(), from.minute());
        if self.hours.has(hour)
            && let Some(minute) = self.minutes.first_from(minute)
        {
            return Some(from.date().at(hour, minute, 0, 0));
        }
        let hour = self.hours.first_from(hour + 1)?;
        Some(from.date().at(hour, self.minutes.first_from(0)?, 0, 0))
    }

    fn next_day(&self, from: Date) -> Option<Date> {
        let last = from.year() + YEARS;
        let mut date = from;
        while date.year() <= last {
            if !self.months.has(date.month()) {
                date = date.last_of_month().tomorrow().ok()?;
            } else if self.is_day(date) {
                return Some(date);
            } else {
                date = date.tomorrow().ok()?;
            }
        }
        None
    }

    fn is_day(&self, date: Date) -> bool {
        let last = date.day() == date.days_in_month();
        let day = self.days.has(date.day()) || (last && self.days.last);
        let weekday = self.weekdays.has_weekday(date);
        match self.day_or && !self.days.star && !self.weekdays.star {
            // croniter never lets go of `fri#2`: beside it, a day of the month says nothing.
            true if self.weekdays.is_nth() => weekday,
            true => day || weekday,
            false => day && weekday,
        }
    }
}
