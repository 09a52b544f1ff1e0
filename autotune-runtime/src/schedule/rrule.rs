//! Recurrence rules of RFC 5545, with the answers of dateutil, which is Prefect's.
//!
//! All of it is local time: a rule knows no time zone, so the clocks change nothing
//! here. That, and rules that begin long ago and are to be asked about tomorrow, is why
//! this is not the crate `rrule`: it works in time zones of its own and counts each
//! time from the first.

mod easter;
mod occurrences;
mod parse;
mod rule;

use std::iter::Peekable;

use jiff::civil::DateTime;

use super::ScheduleError;
use super::zone::Zone;
use occurrences::Occurrences;
use rule::Rule;

/// A set of rules and dates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Recurrence {
    text: String,
    rules: Vec<Rule>,
    dates: Vec<DateTime>,
    except_rules: Vec<Rule>,
    except_dates: Vec<DateTime>,
}

impl Recurrence {
    /// Reads a rule; the time zone is that of its `DTSTART`.
    pub(super) fn parse(text: &str) -> Result<(Self, Option<Zone>), ScheduleError> {
        parse::recurrence(text)
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The local times from `from` on.
    pub(super) fn walls(&self, from: DateTime) -> impl Iterator<Item = DateTime> + '_ {
        let mut included = sources(&self.rules, &self.dates, from);
        let mut excluded = sources(&self.except_rules, &self.except_dates, from);
        std::iter::from_fn(move || {
            loop {
                let at = earliest(&mut included)?;
                for source in &mut included {
                    while source.next_if(|&next| next <= at).is_some() {}
                }
                let mut is_excluded = false;
                for source in &mut excluded {
                    while let Some(next) = source.next_if(|&next| next <= at) {
                        is_excluded |= next == at;
                    }
                }
                if !is_excluded {
                    return Some(at);
                }
            }
        })
    }
}

/// Ascending times, one source for each rule and one for the dates.
type Source<'a> = Peekable<Box<dyn Iterator<Item = DateTime> + 'a>>;

fn sources<'a>(rules: &'a [Rule], dates: &'a [DateTime], from: DateTime) -> Vec<Source<'a>> {
    let dates: Box<dyn Iterator<Item = _>> = Box::new(dates.iter().copied());
    let rules =
        rules.iter().map(|rule| -> Box<dyn Iterator<Item = _>> { Box::new(Occurrences::new(rule, from)) });
    let all = rules.chain([dates]);
    all.map(|source| -> Box<dyn Iterator<Item = _>> { Box::new(source.skip_while(move |&at| at < from)) })
        .map(Iterator::peekable)
        .collect()
}

fn earliest(sources: &mut [Source<'_>]) -> Option<DateTime> {
    sources.iter_mut().filter_map(|source| source.peek().copied()).min()
}
