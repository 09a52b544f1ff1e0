//! Dates in text, as `new Date(…)` and as `moment(…)` read them.
//!
//! Both read ISO 8601; they differ in what a bare date means and in which
//! irregular forms they let pass. Other styles ("May 14, 2024") are invalid
//! here, although the reference would try them.

use jiff::{
    SignedDuration,
    civil::{Date, DateTime},
};

use super::Zone;
use crate::oref0::js;

/// `new Date(text).getTime()`.
pub(super) fn date(text: &str, zone: &Zone) -> f64 {
    let Some(parts) = Parts::of(text) else { return f64::NAN };
    let Some(time) = &parts.time else {
        return parts.days_run_over().map_or(f64::NAN, |day| Zone::UTC.midnight(day));
    };
    let is_regular = text.starts_with(|first: char| first.is_ascii_digit())
        && time.has_minutes
        && !time.has_comma
        && !matches!(time.offset, Some(Offset { has_minutes: false, .. }));
    match parts.days_run_over() {
        Some(day) if is_regular => time.on(day, zone),
        _ => f64::NAN,
    }
}

/// `moment(text).valueOf()`.
pub(super) fn moment(text: &str, zone: &Zone) -> f64 {
    let Some(parts) = Parts::of(text) else { return f64::NAN };
    let Ok(day) = Date::new(parts.year, parts.month, parts.day) else { return f64::NAN };
    match &parts.time {
        None => zone.midnight(day),
        Some(time) => time.on(day, zone),
    }
}

/// The numbers of a date in ISO form.
struct Parts {
    year: i16,
    month: i8,
    day: i8,
    time: Option<Time>,
}

struct Time {
    hour: i64,
    minute: i64,
    second: i64,
    millisecond: i64,
    offset: Option<Offset>,
    has_minutes: bool,
    has_comma: bool,
}

/// An offset from UTC, in minutes.
struct Offset {
    minutes: i64,
    has_minutes: bool,
}

impl Parts {
    fn of(text: &str) -> Option<Self> {
        let text = text.trim();
        let (day, rest) = text.split_at_checked("YYYY-MM-DD".len())?;
        let mut numbers = day.split('-');
        let year = digits(numbers.next()?, 4)?;
        let month = digits(numbers.next()?, 2)?;
        let day = digits(numbers.next()?, 2)?;
        let time = match rest.strip_prefix(['T', 't', ' ']) {
            None if rest.is_empty() => None,
            None => return None,
            Some(time) => Some(Time::of(time)?),
        };
        Some(Self {
            year: i16::try_from(year).ok()?,
            month: i8::try_from(month).ok()?,
            day: i8::try_from(day).ok()?,
            time,
        })
    }

    /// The day, where 30 February runs over into March.
    fn days_run_over(&self) -> Option<Date> {
        if !(1..=31).contains(&self.day) {
            return None;
        }
        let first = Date::new(self.year, self.month, 1).ok()?;
        first.checked_add(SignedDuration::from_hours(24 * i64::from(self.day - 1))).ok()
    }
}

impl Time {
    fn of(text: &str) -> Option<Self> {
        let end = text.find(['Z', 'z', '+', '-']).unwrap_or(text.len());
        let (clock, offset) = text.split_at_checked(end)?;
        // Only a Z may stand apart.
        let clock = if offset.starts_with(['Z', 'z']) { clock.trim_end() } else { clock };
        let mut numbers = clock.splitn(3, ':');
        let hour = digits(numbers.next()?, 2)?;
        let minute = numbers.next().map(|text| digits(text, 2));
        let seconds = numbers.next();
        let (second, fraction) = match seconds.map(|text| text.split_once(['.', ','])) {
            None => (0, ""),
            Some(None) => (digits(seconds?, 2)?, ""),
            Some(Some((second, fraction))) if !fraction.is_empty() => (digits(second, 2)?, fraction),
            Some(Some(_)) => return None,
        };
        let time = Self {
            hour,
            minute: minute.unwrap_or(Some(0))?,
            second,
            millisecond: milliseconds(fraction)?,
            offset: if offset.is_empty() { None } else { Some(Offset::of(offset)?) },
            has_minutes: minute.is_some(),
            has_comma: clock.contains(','),
        };
        time.is_on_a_clock().then_some(time)
    }

    /// 24:00 is the end of the day; nothing comes after it.
    fn is_on_a_clock(&self) -> bool {
        let past_the_hour = self.minute + self.second + self.millisecond;
        (self.hour < 24 || (self.hour == 24 && past_the_hour == 0)) && self.minute < 60 && self.second < 60
    }

    fn on(&self, day: Date, zone: &Zone) -> f64 {
        let since_midnight = SignedDuration::from_secs(self.hour * 3600 + self.minute * 60 + self.second);
        let midnight = day.to_datetime(jiff::civil::Time::midnight());
        let Ok(wall) = midnight.checked_add(since_midnight) else { return f64::NAN };
        let start = self.start(wall, zone);
        start + js::count(usize::try_from(self.millisecond).unwrap_or(0))
    }

    fn start(&self, wall: DateTime, zone: &Zone) -> f64 {
        let Some(offset) = &self.offset else { return zone.at_local(wall) };
        wall.checked_sub(SignedDuration::from_mins(offset.minutes))
            .map_or(f64::NAN, |utc| Zone::UTC.at_local(utc))
    }
}

impl Offset {
    fn of(text: &str) -> Option<Self> {
        if text.eq_ignore_ascii_case("z") {
            return Some(Self { minutes: 0, has_minutes: true });
        }
        let (sign, numbers) = match text.split_at_checked(1)? {
            ("+", numbers) => (1, numbers),
            ("-", numbers) => (-1, numbers),
            _ => return None,
        };
        let (hours, minutes) = numbers.split_at_checked(2)?;
        let minutes = minutes.strip_prefix(':').unwrap_or(minutes);
        let has_minutes = !minutes.is_empty();
        let minutes = if has_minutes { digits(minutes, 2)? } else { 0 };
        Some(Self { minutes: sign * (digits(hours, 2)? * 60 + minutes), has_minutes })
    }
}

/// A number of exactly so many digits.
fn digits(text: &str, length: usize) -> Option<i64> {
    let is_number = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// The first three digits of a fraction of a second.
fn milliseconds(fraction: &str) -> Option<i64> {
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let first: String = fraction.chars().chain("000".chars()).take(3).collect();
    digits(&first, 3)
}
