//! One rule: how often, and which days and times of each period.

use jiff::civil::{Date, DateTime};
use jiff::{Span, civil::Weekday};

use super::easter::easter;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Frequency {
    Yearly,
    Monthly,
    Weekly,
    Daily,
    Hourly,
    Minutely,
    Secondly,
}

/// A rule with all its parts; an empty list restricts nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rule {
    pub(super) start: DateTime,
    pub(super) frequency: Frequency,
    pub(super) interval: i64,
    pub(super) count: Option<u64>,
    pub(super) until: Option<DateTime>,
    pub(super) week_start: Weekday,
    pub(super) set_positions: Vec<i16>,
    pub(super) months: Vec<i16>,
    pub(super) weeks: Vec<i16>,
    pub(super) year_days: Vec<i16>,
    pub(super) month_days: Vec<i16>,
    pub(super) weekdays: Vec<NthWeekday>,
    pub(super) easter: Vec<i16>,
    pub(super) hours: Vec<i16>,
    pub(super) minutes: Vec<i16>,
    pub(super) seconds: Vec<i16>,
}

/// `MO`, or `2MO` and `-1MO`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NthWeekday {
    pub(super) nth: Option<i16>,
    pub(super) weekday: Weekday,
}

impl Rule {
    pub(super) fn new(frequency: Frequency, start: DateTime) -> Self {
        Rule {
            start,
            frequency,
            interval: 1,
            count: None,
            until: None,
            week_start: Weekday::Monday,
            set_positions: Vec::new(),
            months: Vec::new(),
            weeks: Vec::new(),
            year_days: Vec::new(),
            month_days: Vec::new(),
            weekdays: Vec::new(),
            easter: Vec::new(),
            hours: Vec::new(),
            minutes: Vec::new(),
            seconds: Vec::new(),
        }
    }

    /// Takes from the start what the rule does not say.
    pub(super) fn completed(mut self) -> Self {
        let (date, frequency) = (self.start.date(), self.frequency);
        let says_days = [&self.weeks, &self.year_days, &self.month_days, &self.easter]
            .iter()
            .any(|days| !days.is_empty())
            || !self.weekdays.is_empty();
        if !says_days {
            if frequency == Frequency::Yearly && self.months.is_empty() {
                self.months.push(date.month().into());
            }
            if frequency <= Frequency::Monthly {
                self.month_days.push(date.day().into());
            }
            if frequency == Frequency::Weekly {
                self.weekdays.push(NthWeekday { nth: None, weekday: date.weekday() });
            }
        }
        if self.hours.is_empty() && frequency < Frequency::Hourly {
            self.hours.push(self.start.hour().into());
        }
        if self.minutes.is_empty() && frequency < Frequency::Minutely {
            self.minutes.push(self.start.minute().into());
        }
        if self.seconds.is_empty() && frequency < Frequency::Secondly {
            self.seconds.push(self.start.second().into());
        }
        for times in [&mut self.hours, &mut self.minutes, &mut self.seconds] {
            times.sort_unstable();
            times.dedup();
        }
        self
    }

    pub(super) fn is_day(&self, date: Date) -> bool {
        let allowed = |days: &[i16], day: i16, of: i16| {
            days.is_empty() || days.contains(&day) || days.contains(&(day - of - 1))
        };
        (self.months.is_empty() || self.months.contains(&date.month().into()))
            && allowed(&self.month_days, date.day().into(), date.days_in_month().into())
            && allowed(&self.year_days, date.day_of_year(), date.days_in_year())
            && (self.weekdays.is_empty() || self.weekdays.iter().any(|nth| self.is_weekday(*nth, date)))
            && (self.weeks.is_empty() || self.is_week(date))
            && (self.easter.is_empty() || self.is_easter(date))
    }

    /// Plain weekdays and the n-th are alternatives, as RFC 5545 says. (dateutil asks for both, so
    /// that `BYDAY=MO,2TU` never comes.)
    fn is_weekday(&self, NthWeekday { nth, weekday }: NthWeekday, date: Date) -> bool {
        if date.weekday() != weekday {
            return false;
        }
        let (day, days) = match (self.frequency, self.months.is_empty()) {
            (Frequency::Yearly, true) => (date.day_of_year(), date.days_in_year()),
            (Frequency::Yearly | Frequency::Monthly, _) => (date.day().into(), date.days_in_month().into()),
            // A shorter period has no second Monday.
            _ => return true,
        };
        nth.is_none_or(|nth| nth == (day - 1) / 7 + 1 || nth == -((days - day) / 7 + 1))
    }

    /// A week belongs to the year that has most of its days.
    fn is_week(&self, date: Date) -> bool {
        let to_middle = 3 - i64::from(date.weekday().since(self.week_start));
        let Ok(middle) = Span::new().try_days(to_middle).and_then(|days| date.checked_add(days)) else {
            return false;
        };
        let week = (middle.day_of_year() - 1) / 7 + 1;
        let weeks = week + (middle.days_in_year() - middle.day_of_year()) / 7;
        self.weeks.contains(&week) || self.weeks.contains(&(week - weeks - 1))
    }

    fn is_easter(&self, date: Date) -> bool {
        let Some(easter) = easter(date.year()) else { return false };
        self.easter.contains(&(date.day_of_year() - easter.day_of_year()))
    }
}
