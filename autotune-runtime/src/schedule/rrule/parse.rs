//! Reads recurrence rules, as dateutil reads them.

use jiff::civil::{Date, DateTime, Weekday, date};

use super::Recurrence;
use super::rule::{Frequency, NthWeekday, Rule};
use crate::schedule::ScheduleError;
use crate::schedule::zone::Zone;

/// As many characters as Prefect allows.
const MOST: usize = 6500;
/// The start of a rule that has none.
const START: DateTime = date(2020, 1, 1).at(0, 0, 0, 0);

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("MO", Weekday::Monday),
    ("TU", Weekday::Tuesday),
    ("WE", Weekday::Wednesday),
    ("TH", Weekday::Thursday),
    ("FR", Weekday::Friday),
    ("SA", Weekday::Saturday),
    ("SU", Weekday::Sunday),
];

const FREQUENCIES: [(&str, Frequency); 7] = [
    ("YEARLY", Frequency::Yearly),
    ("MONTHLY", Frequency::Monthly),
    ("WEEKLY", Frequency::Weekly),
    ("DAILY", Frequency::Daily),
    ("HOURLY", Frequency::Hourly),
    ("MINUTELY", Frequency::Minutely),
    ("SECONDLY", Frequency::Secondly),
];

/// A local time, and whether it was written as one of UTC.
#[derive(Clone, Copy)]
struct Written {
    wall: DateTime,
    is_zoned: bool,
}

pub(super) fn recurrence(text: &str) -> Result<(Recurrence, Option<Zone>), ScheduleError> {
    let length = text.chars().count();
    if length > MOST {
        return Err(ScheduleError::RruleLength { length, most: MOST });
    }
    let lines: Vec<_> = text.split_whitespace().map(Line::of).collect();
    let (start, zone) = start(&lines)?;
    let mut recurrence = Recurrence {
        text: text.to_owned(),
        rules: Vec::new(),
        dates: Vec::new(),
        except_rules: Vec::new(),
        except_dates: Vec::new(),
    };
    for line in &lines {
        match line.name.as_str() {
            "RRULE" => recurrence.rules.push(rule(&line.value, start)?),
            "EXRULE" => recurrence.except_rules.push(rule(&line.value, start)?),
            "RDATE" => recurrence.dates.extend(line.dates()?),
            "EXDATE" => recurrence.except_dates.extend(line.dates()?),
            "DTSTART" => {}
            name => return Err(wrong(name, "write `DTSTART`, `RRULE`, `RDATE`, `EXDATE` or `EXRULE`")),
        }
    }
    if recurrence.rules.is_empty() && recurrence.dates.is_empty() {
        return Err(wrong(text, "it says no times: write a rule such as `FREQ=DAILY`"));
    }
    recurrence.dates.sort_unstable();
    recurrence.except_dates.sort_unstable();
    Ok((recurrence, zone))
}

/// `NAME;PARAMETER=VALUE:value`.
struct Line {
    name: String,
    parameters: Vec<String>,
    value: String,
}

impl Line {
    fn of(line: &str) -> Self {
        let (name, value) = line.split_once(':').unwrap_or(("RRULE", line));
        let mut parameters = name.split(';').map(ToOwned::to_owned);
        let name = parameters.next().unwrap_or_default().to_uppercase();
        Line { name, parameters: parameters.collect(), value: value.to_uppercase() }
    }

    fn dates(&self) -> Result<Vec<DateTime>, ScheduleError> {
        self.value.split(',').map(|text| Ok(written(text)?.wall)).collect()
    }

    fn zone(&self) -> Result<Option<Zone>, ScheduleError> {
        for parameter in &self.parameters {
            match parameter.split_once('=') {
                Some((key, name)) if key.eq_ignore_ascii_case("TZID") => return Zone::named(name).map(Some),
                _ => {}
            }
        }
        Ok(None)
    }
}

fn start(lines: &[Line]) -> Result<(Written, Option<Zone>), ScheduleError> {
    let Some(line) = lines.iter().find(|line| line.name == "DTSTART") else {
        return Ok((Written { wall: START, is_zoned: false }, None));
    };
    let (start, zone) = (written(&line.value)?, line.zone()?);
    Ok((Written { is_zoned: start.is_zoned || zone.is_some(), ..start }, zone))
}

fn rule(text: &str, start: Written) -> Result<Rule, ScheduleError> {
    let mut parts = Vec::new();
    for part in text.split(';') {
        let (name, value) = part.split_once('=').ok_or_else(|| wrong(part, "write `NAME=VALUE`"))?;
        parts.push((name, value));
    }
    let frequency = match parts.iter().find(|(name, _)| *name == "FREQ") {
        Some((_, value)) => named(&FREQUENCIES, value).ok_or_else(|| {
            wrong(
                &format!("FREQ={value}"),
                "write `YEARLY`, `MONTHLY`, `WEEKLY`, `DAILY`, `HOURLY`, `MINUTELY` or `SECONDLY`",
            )
        })?,
        None => return Err(wrong(text, "say how often: `FREQ=DAILY`")),
    };
    let mut rule = Rule::new(frequency, start.wall);
    for (name, value) in parts {
        part(&mut rule, start, name, value)?;
    }
    let rule = rule.completed();
    if !is_reachable(&rule) {
        return Err(wrong(text, "its interval never meets the hours, minutes or seconds that it lists"));
    }
    Ok(rule)
}

fn part(rule: &mut Rule, start: Written, name: &str, value: &str) -> Result<(), ScheduleError> {
    let error = |expected: &str| wrong(&format!("{name}={value}"), expected);
    let list = |low: i16, high: i16| {
        numbers(value, low, high).ok_or_else(|| {
            error(&if low < 0 {
                format!("write numbers from 1 to {high}, or from -1 to {low}")
            } else {
                format!("write numbers from {low} to {high}")
            })
        })
    };
    match name {
        "FREQ" => {}
        "INTERVAL" => {
            rule.interval = count(value).map_or_else(|| Err(error("write a number from 1 on")), Ok)?;
        }
        "COUNT" => {
            let count = count(value).and_then(|count| u64::try_from(count).ok());
            rule.count = Some(count.ok_or_else(|| error("write a number from 1 on"))?);
        }
        "UNTIL" => {
            let until = written(value)?;
            if until.is_zoned != start.is_zoned {
                return Err(error(if until.is_zoned {
                    "leave out the `Z`, as `DTSTART` has none: the time is one of the schedule's time zone"
                } else {
                    "write a `Z` behind it, as `DTSTART` has one"
                }));
            }
            rule.until = Some(until.wall);
        }
        "WKST" => {
            rule.week_start = named(&WEEKDAYS, value).ok_or_else(|| error("write a weekday such as `MO`"))?;
        }
        "BYSETPOS" => rule.set_positions = list(-366, 366)?,
        "BYMONTH" => rule.months = list(1, 12)?,
        "BYWEEKNO" => rule.weeks = list(-53, 53)?,
        "BYYEARDAY" => rule.year_days = list(-366, 366)?,
        "BYMONTHDAY" => rule.month_days = list(-31, 31)?,
        "BYHOUR" => rule.hours = list(0, 23)?,
        "BYMINUTE" => rule.minutes = list(0, 59)?,
        "BYSECOND" => rule.seconds = list(0, 59)?,
        "BYEASTER" => {
            let days: Option<_> = value.split(',').map(|day| day.parse().ok()).collect();
            rule.easter = days.ok_or_else(|| error("write days after Easter Sunday, such as `-2`"))?;
        }
        "BYDAY" | "BYWEEKDAY" => {
            let days: Option<_> = value.split(',').map(nth_weekday).collect();
            rule.weekdays = days.ok_or_else(|| error("write weekdays such as `MO`, `2TU` or `-1FR`"))?;
        }
        _ => return Err(error("there is no such part in RFC 5545")),
    }
    Ok(())
}

fn named<T: Copy>(names: &[(&str, T)], name: &str) -> Option<T> {
    names.iter().find(|(known, _)| *known == name).map(|&(_, value)| value)
}

fn count(text: &str) -> Option<i64> {
    text.parse().ok().filter(|count| (1..=1_000_000_000).contains(count))
}

/// Where numbers count from the end too, there is no 0.
fn numbers(text: &str, low: i16, high: i16) -> Option<Vec<i16>> {
    let number = |text: &str| {
        text.parse().ok().filter(|&number| (low..=high).contains(&number) && (low >= 0 || number != 0))
    };
    text.split(',').map(number).collect()
}

/// `MO`, `2MO`, `+2MO`, `MO(+2)`.
fn nth_weekday(text: &str) -> Option<NthWeekday> {
    let (nth, weekday) = match text.strip_suffix(')').and_then(|text| text.split_once('(')) {
        Some((weekday, nth)) => (nth, weekday),
        None => text.split_at_checked(text.len().checked_sub(2)?)?,
    };
    let weekday = named(&WEEKDAYS, weekday)?;
    if nth.is_empty() {
        return Some(NthWeekday { nth: None, weekday });
    }
    numbers(nth, -53, 53)?.first().map(|&nth| NthWeekday { nth: Some(nth), weekday })
}

/// `20200101T090000`, `20200101`, `2020-01-01T09:00:00`; with a `Z` or not.
fn written(text: &str) -> Result<Written, ScheduleError> {
    let (wall, is_zoned) = text.strip_suffix('Z').map_or((text, false), |wall| (wall, true));
    let parsed = if wall.contains('T') {
        wall.parse::<DateTime>().ok()
    } else {
        wall.parse::<Date>().ok().map(|date| date.at(0, 0, 0, 0))
    };
    // Rules are whole seconds.
    let wall = parsed.and_then(|wall| wall.with().subsec_nanosecond(0).build().ok());
    let wall = wall.ok_or_else(|| wrong(text, "write a date and time as `20200101T090000`"))?;
    Ok(Written { wall, is_zoned })
}

/// An interval of 4 hours from 01:00 on never meets 02:00.
fn is_reachable(rule: &Rule) -> bool {
    let (values, first, of) = match rule.frequency {
        Frequency::Hourly => (&rule.hours, rule.start.hour(), 24),
        Frequency::Minutely => (&rule.minutes, rule.start.minute(), 60),
        Frequency::Secondly => (&rule.seconds, rule.start.second(), 60),
        _ => return true,
    };
    let step = greatest_common_divisor(rule.interval, of);
    values.is_empty() || values.iter().any(|&value| (i64::from(value) - i64::from(first)) % step == 0)
}

fn greatest_common_divisor(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

fn wrong(part: &str, expected: &str) -> ScheduleError {
    ScheduleError::Rrule { part: part.to_owned(), expected: expected.to_owned() }
}
