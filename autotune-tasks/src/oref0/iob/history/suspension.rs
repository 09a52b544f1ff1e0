//! Times the pump was suspended, taken out of the temporary rates.

use super::{HistoryError, Span, end_of, span::end_as_printed};
use crate::oref0::{
    js::{Direction, Key, sort_by_key},
    treatment::{Marker, Stamp, Treatment},
    zone::HOUR,
};

/// The pump's suspensions in a stretch of history.
#[derive(Debug, Default)]
pub(super) struct Suspensions {
    closed: Vec<Suspension>,
    /// The last suspension, if the pump did not resume.
    open: Option<Stamp>,
    first_resume: Option<Stamp>,
    /// The pump resumed before the first suspension that is known.
    suspended_before: bool,
}

#[derive(Debug, Clone, Copy)]
struct Suspension {
    date: f64,
    /// Not a number where the pump did not resume.
    minutes: f64,
}

impl Suspensions {
    pub(super) fn of<'r>(records: impl Iterator<Item = &'r Treatment>) -> Self {
        let (mut suspends, mut resumes) = (Vec::new(), Vec::new());
        for record in records {
            match record.marker {
                Marker::Suspend => suspends.push(record.stamp()),
                Marker::Resume => resumes.push(record.stamp()),
                Marker::TempBasalDuration(_) | Marker::None => {}
            }
        }
        for stamps in [&mut suspends, &mut resumes] {
            sort_by_key(stamps, Direction::Ascending, |stamp| Key::Number(stamp.moment));
        }
        let first_resume = resumes.first().copied();
        let mut found = Self {
            suspended_before: first_resume
                .is_some_and(|resume| suspends.first().is_none_or(|suspend| resume.moment < suspend.moment)),
            first_resume,
            ..Self::default()
        };
        let mut resumes = resumes.iter().peekable();
        for suspend in suspends {
            while resumes.next_if(|resume| !resume.moment.gt(&suspend.moment)).is_some() {}
            let resume = resumes.peek().map_or(f64::NAN, |resume| resume.moment);
            found.closed.push(Suspension {
                date: suspend.moment,
                minutes: (resume - suspend.moment) / 60.0 / 1000.0,
            });
            if resumes.peek().is_none() {
                found.open = Some(suspend);
                break;
            }
        }
        found
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.closed.is_empty() && self.first_resume.is_none()
    }

    /// Adds what is left of a rate outside the suspensions.
    pub(super) fn cut(&self, rate: Span, pieces: &mut Vec<Span>) {
        let first = pieces.len();
        pieces.push(self.trim(rate));
        if pieces.last().is_some_and(|rate| rate.minutes == 0.0 && !rate.is_null) {
            return;
        }
        for suspension in &self.closed {
            let mut place = first;
            while let Some(piece) = pieces.get_mut(place) {
                let rest = suspension.cut(piece);
                pieces.extend(rest);
                place += 1;
            }
        }
    }

    /// The rates of zero that stand for the suspensions.
    pub(super) fn zero_rates(&self, now: f64) -> Result<Vec<Span>, HistoryError> {
        /// The longest time insulin is taken to act.
        const LONGEST_DIA: f64 = 8.0 * HOUR;

        // Quirk: these have no time stamp, so that their first piece is compared
        // with the last entry of the schedule.
        let mut rates: Vec<Span> = self
            .closed
            .iter()
            .map(|suspension| Span { minutes: suspension.minutes, ..Span::zero(suspension.date) })
            .collect();
        let oldest = now - LONGEST_DIA;
        if let Some(resume) = self.resumed_from_before()
            && oldest < resume.date
        {
            let minutes = (resume.date - oldest) / 60.0 / 1000.0;
            rates.push(Span { minutes, ..Span::zero(oldest) });
        }
        if let Some(open) = self.open {
            if open.date.is_nan() {
                return Err(HistoryError::SuspendedSince);
            }
            let minutes = (now - open.date) / 60.0 / 1000.0;
            rates.push(Span { minutes, timestamp: open.date, ..Span::zero(open.date) });
        }
        Ok(rates)
    }

    fn resumed_from_before(&self) -> Option<Stamp> {
        self.first_resume.filter(|_| self.suspended_before)
    }

    /// Takes out the time before the first resume and after the last suspend.
    fn trim(&self, mut rate: Span) -> Span {
        let end = end_of(rate.date, rate.minutes);
        if let Some(resume) = self.resumed_from_before()
            && rate.date < resume.date
        {
            rate.is_null = false;
            if end < resume.date {
                rate.minutes = 0.0;
            } else {
                rate.minutes = (end - resume.date) / 60.0 / 1000.0;
                rate.started = resume.moment;
                rate.date = resume.date;
            }
        }
        // Quirk: times are compared with the time stamp itself, which works for
        // numbers and never holds for text.
        if let Some(open) = self.open
            && end_of(rate.date, rate.minutes) > open.number
        {
            let resume = self.first_resume.map_or(f64::NAN, |resume| resume.date);
            rate.is_null = false;
            rate.minutes = if rate.date > open.number { 0.0 } else { (resume - rate.date) / 60.0 / 1000.0 };
        }
        rate
    }
}

impl Suspension {
    /// Cuts a rate where the suspension begins; returns what comes after it.
    fn cut(self, rate: &mut Span) -> Option<Span> {
        let rate_end = end_of(rate.date, rate.minutes);
        let end = end_of(self.date, self.minutes);
        let mut after = Span { minutes: (rate_end - end) / 60.0 / 1000.0, date: end, ..*rate };
        after.restart(end_as_printed(self.date, self.minutes));
        after.is_null = false;
        if rate.date <= self.date && rate_end > self.date {
            rate.minutes = (self.date - rate.date) / 60.0 / 1000.0;
            rate.is_null = false;
            return (rate_end > end).then_some(after);
        }
        if self.date <= rate.date && end > rate.date {
            *rate = after;
        }
        None
    }
}
