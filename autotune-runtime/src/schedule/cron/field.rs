//! One field of a cron expression, read as croniter reads it.

use jiff::civil::Date;

use crate::schedule::ScheduleError;

pub(super) const MINUTE: Slot = Slot { name: "minute", low: 0, high: 59, names: &[] };
pub(super) const HOUR: Slot = Slot { name: "hour", low: 0, high: 23, names: &[] };
pub(super) const DAY: Slot = Slot { name: "day of month", low: 1, high: 31, names: &[] };
pub(super) const MONTH: Slot = Slot {
    name: "month",
    low: 1,
    high: 12,
    names: &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
};
pub(super) const WEEKDAY: Slot =
    Slot { name: "weekday", low: 0, high: 6, names: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"] };

/// The bit of an `nth` that is the last one of the month.
const LAST: u8 = 6;

/// A place in an expression, and what may stand there.
pub(super) struct Slot {
    name: &'static str,
    low: u8,
    high: u8,
    /// Names of the values, from the lowest on.
    names: &'static [&'static str],
}

/// What stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    /// The values, as bits.
    values: u64,
    /// Anything will do. Only then is a day of month or weekday no restriction.
    pub(super) star: bool,
    /// The last day of the month will do.
    pub(super) last: bool,
    /// For each weekday, which of the month will do, as bits.
    nth: [u8; 7],
}

impl Field {
    pub(super) fn has(&self, value: i8) -> bool {
        u8::try_from(value).is_ok_and(|value| value < 64 && self.values >> value & 1 == 1)
    }

    pub(super) fn first_from(&self, value: i8) -> Option<i8> {
        (value..60).find(|&value| self.has(value))
    }

    pub(super) fn is_nth(&self) -> bool {
        self.nth != [0; 7]
    }

    pub(super) fn has_weekday(&self, date: Date) -> bool {
        let weekday = date.weekday().to_sunday_zero_offset();
        if !self.is_nth() {
            return self.has(weekday);
        }
        let nth = self.nth[usize::from(weekday.unsigned_abs())];
        let is_last = date.day() + 7 > date.days_in_month();
        nth >> ((date.day() - 1) / 7 + 1) & 1 == 1 || (is_last && nth >> LAST & 1 == 1)
    }
}

impl Slot {
    /// Reads a field. `other` is the other one that says something about days, if this one does.
    pub(super) fn read(
        &self,
        field: &str,
        other: Option<&str>,
        expression: &str,
    ) -> Result<Field, ScheduleError> {
        if field.starts_with(['h', 'r']) {
            let (expression, field) = (expression.to_owned(), field.to_owned());
            return Err(ScheduleError::CronRandom { expression, field });
        }
        let mut read = Field { values: 0, star: false, last: false, nth: [0; 7] };
        let mut plain = 0;
        for part in field.split(',') {
            let wrong = || ScheduleError::CronField {
                expression: expression.to_owned(),
                field: self.name,
                value: if part.is_empty() { field.to_owned() } else { part.to_owned() },
                expected: self.expected(),
            };
            match part {
                "*" => read.star = true,
                "?" if field == "?" && other.is_some() => read.star = true,
                "l" if self.name == DAY.name => read.last = true,
                _ => {
                    let (part, nth) = self.nth(part).ok_or_else(wrong)?;
                    let values = self.values(part).ok_or_else(wrong)?;
                    read.values |= values;
                    match nth {
                        Some(nth) => (0..7).filter(|day| values >> day & 1 == 1).for_each(|day| {
                            read.nth[day] |= 1 << nth;
                        }),
                        None => plain |= values,
                    }
                }
            }
        }
        // croniter takes the n-th weekdays alone; it refuses others beside them, unless they are all.
        let mixed = (0..7).any(|day| plain >> day & 1 == 1 && read.nth[day] == 0);
        if read.is_nth() && mixed && read.values != self.all() {
            return Err(ScheduleError::CronField {
                expression: expression.to_owned(),
                field: self.name,
                value: field.to_owned(),
                expected: "either plain weekdays or those with `#` and `l`, not both".to_owned(),
            });
        }
        // A field that lists everything restricts nothing; but beside a restricted day it counts
        // as one of two days that may be right.
        let listed = read.values == self.all();
        read.star |= listed && other.is_none_or(|other| other.contains('*'));
        if read.star {
            read.values = self.all();
        }
        Ok(read)
    }

    /// Takes `#2` or `l` off a weekday.
    fn nth<'a>(&self, part: &'a str) -> Option<(&'a str, Option<u8>)> {
        if self.name != WEEKDAY.name {
            return Some((part, None));
        }
        if let Some((weekdays, nth)) = part.split_once('#') {
            // A range beside `#` is written with names.
            let readable = !weekdays.contains('-') || weekdays.starts_with(|c: char| c.is_alphabetic());
            return match nth.parse::<u8>() {
                Ok(nth @ 1..=5) if readable && !weekdays.contains('/') => Some((weekdays, Some(nth))),
                _ => None,
            };
        }
        match part.strip_prefix('l') {
            Some(weekday) if !weekday.is_empty() && weekday.bytes().all(|b| b.is_ascii_digit()) => {
                Some((weekday, Some(LAST)))
            }
            _ => Some((part, None)),
        }
    }

    /// The values of `5`, `5-9`, `5-9/2`, `*/2` or `5/2`.
    fn values(&self, part: &str) -> Option<u64> {
        let (range, step) = match part.rsplit_once('/') {
            Some((range, step)) => (range, Some(number(step).filter(|&step| step > 0)?)),
            None => (part, None),
        };
        let (low, high) = match range.split_once('-') {
            Some((low, "l")) if self.name == DAY.name => (self.value(low)?, self.high),
            Some((low, high)) => (self.value(low)?, self.value(high)?),
            None if range == "*" => (self.low, self.high),
            None if step.is_some() => (self.value(range)?, self.high),
            None => return Some(1 << self.value(range)?),
        };
        Some(self.range(low, high, step.unwrap_or(1)))
    }

    fn range(&self, low: u8, high: u8, step: u8) -> u64 {
        let bits = |low: u8, high: u8| {
            (low..=high).step_by(usize::from(step)).fold(0, |bits, value| bits | 1 << value)
        };
        if low < high {
            return bits(low, high);
        }
        // `mon-mon` is the whole week, and so is `6/2`, which is `6-6/2`.
        if low == high {
            return bits(self.low, self.high);
        }
        // How far the steps reach round is croniter's own: after the highest value itself, a whole
        // step is left out, not the rest of one.
        let reached = self.high - (self.high - low) % step;
        let left = self.high - reached;
        let round = u16::from(reached - self.low) + u16::from(step) > u16::from(self.high - self.low) + 1;
        let skipped = if round && left < step { step - left } else { 0 };
        bits(low, self.high) | bits(self.low.saturating_add(skipped), high)
    }

    fn value(&self, text: &str) -> Option<u8> {
        if let Some(index) = self.names.iter().position(|name| *name == text) {
            return u8::try_from(index).ok().map(|index| index + self.low);
        }
        match number(text)? {
            // Sunday has two numbers.
            7 if self.name == WEEKDAY.name => Some(0),
            value => Some(value).filter(|value| (self.low..=self.high).contains(value)),
        }
    }

    fn all(&self) -> u64 {
        (self.low..=self.high).fold(0, |bits, value| bits | 1 << value)
    }

    fn expected(&self) -> String {
        let numbers = format!("numbers from {} to {}", self.low, self.high);
        let names = match self.names {
            [first, .., last] => format!(", names from `{first}` to `{last}`"),
            _ => String::new(),
        };
        let more = match self.name {
            "day of month" => ", `l` for the last",
            "weekday" => ", `fri#2` for the second Friday of the month, `l5` for the last",
            _ => "",
        };
        format!("{numbers}{names}{more}, or ranges (`2-5`), steps (`*/2`) and lists (`1,3`) of them")
    }
}

fn number(digits: &str) -> Option<u8> {
    digits.parse().ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()))
}
