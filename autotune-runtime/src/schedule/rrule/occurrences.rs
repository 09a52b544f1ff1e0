//! The times of one rule, period by period.

use std::collections::VecDeque;

use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, Span};

use super::rule::{Frequency, Rule};

/// After so many periods with nothing in them a rule has ended: as days, they are the two
/// thousand years in which the calendar has long repeated itself.
const EMPTY: u32 = 1_000_000;

/// Ascending; it may begin before what was asked for.
pub(super) struct Occurrences<'a> {
    rule: &'a Rule,
    /// Where the period begins that is next.
    period: Option<DateTime>,
    left: Option<u64>,
    found: VecDeque<DateTime>,
}

impl<'a> Occurrences<'a> {
    /// The occurrences from the period on that `from` is in.
    pub(super) fn new(rule: &'a Rule, from: DateTime) -> Self {
        let mut occurrences =
            Occurrences { rule, period: Some(rule.start), left: rule.count, found: VecDeque::new() };
        // What is counted is counted from the first.
        if rule.count.is_none() && from > rule.start {
            occurrences.advance(occurrences.periods_until(from));
        }
        occurrences
    }
}

impl Iterator for Occurrences<'_> {
    type Item = DateTime;

    fn next(&mut self) -> Option<DateTime> {
        for _ in 0..EMPTY {
            if let Some(at) = self.found.pop_front() {
                return self.counted(at);
            }
            let period = self.period?;
            self.fill(period);
            self.advance(self.periods_to_next(period));
        }
        None
    }
}

impl Occurrences<'_> {
    fn counted(&mut self, at: DateTime) -> Option<DateTime> {
        let ended = self.rule.until.is_some_and(|until| at > until) || self.left == Some(0);
        if ended {
            (self.period, self.left) = (None, Some(0));
            self.found.clear();
            return None;
        }
        self.left = self.left.map(|left| left - 1);
        Some(at)
    }

    fn fill(&mut self, period: DateTime) {
        let times = self.times(period);
        if times.is_empty() {
            return;
        }
        let days = self.days(period.date());
        let (rule, all) = (self.rule, days.len() * times.len());
        let at = |index: usize| days[index / times.len()].to_datetime(times[index % times.len()]);
        if rule.set_positions.is_empty() {
            self.found.extend((0..all).map(at).filter(|&at| at >= rule.start));
            return;
        }
        let index = |&position: &i16| match usize::from(position.unsigned_abs()) {
            position if position > all => None,
            from_end if position < 0 => Some(all - from_end),
            position => Some(position - 1),
        };
        let mut indices: Vec<_> = rule.set_positions.iter().filter_map(index).collect();
        indices.sort_unstable();
        indices.dedup();
        self.found.extend(indices.into_iter().map(at).filter(|&at| at >= rule.start));
    }

    /// The days of the period that the rule wants.
    fn days(&self, first: Date) -> Vec<Date> {
        let length = match self.rule.frequency {
            Frequency::Yearly => first.days_in_year(),
            Frequency::Monthly => first.days_in_month().into(),
            // The first week begins with the rule, as dateutil has it.
            Frequency::Weekly => 7 - i16::from(first.weekday().since(self.rule.week_start)),
            _ => 1,
        };
        let first = match self.rule.frequency {
            Frequency::Yearly => first.first_of_year(),
            Frequency::Monthly => first.first_of_month(),
            _ => first,
        };
        let days = std::iter::successors(Some(first), |day| day.tomorrow().ok());
        days.take(length.unsigned_abs().into()).filter(|&day| self.rule.is_day(day)).collect()
    }

    /// The times of day of the period that the rule wants.
    fn times(&self, period: DateTime) -> Vec<Time> {
        let Rule { frequency, hours, minutes, seconds, .. } = self.rule;
        let hours = wanted(hours, *frequency >= Frequency::Hourly, period.hour());
        let minutes = wanted(minutes, *frequency >= Frequency::Minutely, period.minute());
        let seconds = wanted(seconds, *frequency >= Frequency::Secondly, period.second());
        let mut times = Vec::with_capacity(hours.len() * minutes.len() * seconds.len());
        for &hour in &hours {
            for &minute in &minutes {
                times.extend(seconds.iter().filter_map(|&second| Time::new(hour, minute, second, 0).ok()));
            }
        }
        times
    }

    /// How many periods on it is worth looking again.
    fn periods_to_next(&self, period: DateTime) -> i64 {
        let rule = self.rule;
        let Some(length) = self.seconds() else { return 1 };
        let since_midnight =
            i64::from(period.hour()) * 3600 + i64::from(period.minute()) * 60 + i64::from(period.second());
        let unwanted = |values: &[i16], value: i8| !values.is_empty() && !values.contains(&value.into());
        let rest = if !rule.is_day(period.date()) {
            86_400 - since_midnight
        } else if unwanted(&rule.hours, period.hour()) {
            3600 - since_midnight % 3600
        } else if unwanted(&rule.minutes, period.minute()) {
            60 - since_midnight % 60
        } else {
            1
        };
        (rest + length - 1).div_euclid(length).max(1)
    }

    /// How many whole periods there are from the first to `at`.
    fn periods_until(&self, at: DateTime) -> i64 {
        let (rule, start) = (self.rule, self.rule.start);
        let years = i64::from(at.year()) - i64::from(start.year());
        let units = match (rule.frequency, self.seconds()) {
            (Frequency::Yearly, _) => years,
            (Frequency::Monthly, _) => years * 12 + i64::from(at.month()) - i64::from(start.month()),
            (Frequency::Weekly, _) => {
                let days = at.date().duration_since(start.date()).as_hours() / 24;
                (days + i64::from(start.weekday().since(rule.week_start))) / 7
            }
            (_, length) => {
                return at.duration_since(start).as_secs() / length.unwrap_or(86_400 * rule.interval);
            }
        };
        units / rule.interval
    }

    /// How long a period of less than a day is, with those left out after it.
    fn seconds(&self) -> Option<i64> {
        let unit = match self.rule.frequency {
            Frequency::Hourly => 3600,
            Frequency::Minutely => 60,
            Frequency::Secondly => 1,
            _ => return None,
        };
        Some(unit * self.rule.interval)
    }

    /// Goes on by so many periods.
    fn advance(&mut self, periods: i64) {
        self.period = self.period.and_then(|period| self.later(period, periods));
    }

    fn later(&self, period: DateTime, periods: i64) -> Option<DateTime> {
        if periods == 0 {
            return Some(period);
        }
        let units = periods.checked_mul(self.rule.interval)?;
        let span = match (self.rule.frequency, self.seconds()) {
            (_, Some(length)) => {
                let seconds = periods.checked_mul(length)?;
                return period.checked_add(SignedDuration::from_secs(seconds)).ok();
            }
            (Frequency::Yearly, _) => Span::new().try_years(units),
            (Frequency::Monthly, _) => Span::new().try_months(units),
            (Frequency::Weekly, _) => {
                let into = i64::from(period.weekday().since(self.rule.week_start));
                Span::new().try_days(units.checked_mul(7)? - into)
            }
            _ => Span::new().try_days(units),
        };
        // Days beyond 28 are not in every month.
        let period = match self.rule.frequency {
            Frequency::Yearly | Frequency::Monthly => period.first_of_month(),
            _ => period,
        };
        period.checked_add(span.ok()?).ok()
    }
}

/// All the values, or, where the period is at most one of them, that one if it is wanted.
fn wanted(values: &[i16], is_one: bool, value: i8) -> Vec<i8> {
    if !is_one {
        return values.iter().filter_map(|&value| value.try_into().ok()).collect();
    }
    if values.is_empty() || values.contains(&value.into()) { vec![value] } else { Vec::new() }
}
