//! The runs that schedules make: which times get one is worked out from the
//! schedule, the present moment and how far one has come, and from nothing else.

use std::collections::VecDeque;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Transaction, params};

use super::deployments::{self, Known, KnownSchedule};
use super::flow_runs::{self, Place};
use super::{Failure, nanoseconds};
use crate::deployment::{CatchUp, DeploymentSchedule};
use crate::embedded::sql::orchestrator as sql;
use crate::flow_run::NewFlowRun;
use crate::state::StateName;

/// A schedule has this many runs ahead, however far apart they are,
const AHEAD: usize = 3;
/// and those of this time, however many they are,
const AHEAD_FOR: Duration = Duration::from_hours(1);
/// but never more
const AT_MOST: usize = 100;
/// or further.
const FARTHEST: Duration = Duration::from_hours(24 * 100);

/// The tag of a run that a schedule has made, as with Prefect.
pub(super) const TAG: &str = "auto-scheduled";

/// Makes the runs that the schedules of all deployments are to have by now; says how many.
pub(super) fn make_all(transaction: &Transaction<'_>, now: Timestamp) -> Result<u32, Failure> {
    let mut made = 0;
    for deployment in deployments::all(transaction)? {
        made += make(transaction, &deployment, now)?;
    }
    Ok(made)
}

/// Makes the runs that the schedules of a deployment are to have by now.
pub(super) fn make(
    transaction: &Transaction<'_>,
    deployment: &Known,
    now: Timestamp,
) -> Result<u32, Failure> {
    let mut made = 0;
    if deployment.deployment.is_paused() {
        return Ok(0);
    }
    for known in deployments::schedules(transaction, deployment.row)? {
        if !known.schedule.active {
            continue;
        }
        let before = handled_by(&known.schedule, known.handled, now);
        let times = times(&known.schedule, before, now);
        for &at in &times {
            made += u32::from(make_one(transaction, deployment, &known, at, now)?);
        }
        let handled = times.last().copied().unwrap_or(now).max(now).max(before);
        // While there is nothing new, nothing is written.
        if !times.is_empty() || handled.duration_since(before) > SignedDuration::from_secs(60) {
            transaction.execute(sql::SET_HANDLED, params![known.row, nanoseconds(handled)])?;
        }
    }
    Ok(made)
}

fn make_one(
    transaction: &Transaction<'_>,
    deployment: &Known,
    known: &KnownSchedule,
    at: Timestamp,
    now: Timestamp,
) -> Result<bool, Failure> {
    let spec = &deployment.deployment.spec;
    let key = format!("scheduled {} {} {at}", deployment.deployment.id, known.row);
    if flow_runs::has_key(transaction, &spec.flow, &key)? {
        return Ok(false);
    }
    let mut parameters = spec.parameters.clone();
    parameters.extend(known.schedule.parameters.clone());
    let mut tags = spec.tags.clone();
    tags.push(TAG.to_owned());
    let run = NewFlowRun {
        version: spec.version.clone(),
        parameters,
        tags,
        state: StateName::Scheduled,
        due: Some(at),
        idempotency_key: Some(key),
        ..NewFlowRun::of(&spec.flow)
    };
    let place =
        Place { deployment: Some(deployment.row), queue: Some(deployment.queue), schedule: Some(known.row) };
    flow_runs::create(transaction, &run, place, now)?;
    Ok(true)
}

/// The times that get a run, in order, where those up to `handled` have theirs.
fn times(schedule: &DeploymentSchedule, handled: Timestamp, now: Timestamp) -> Vec<Timestamp> {
    let mut times: Vec<Timestamp> = missed(schedule, handled, now).into();
    times.extend(ahead(schedule, now).filter(|&at| at > handled));
    times
}

/// How far a schedule has come. One that has come further than the present moment explains was looked after while the
/// clock was ahead: the times since then come once more, and those that have a run keep it.
fn handled_by(schedule: &DeploymentSchedule, handled: Timestamp, now: Timestamp) -> Timestamp {
    let reached = ahead(schedule, now).last().unwrap_or(now).max(now);
    if handled > reached { now } else { handled }
}

/// The times that get a run before they come.
fn ahead(schedule: &DeploymentSchedule, now: Timestamp) -> impl Iterator<Item = Timestamp> {
    let soon = now.saturating_add(AHEAD_FOR).unwrap_or(Timestamp::MAX);
    let farthest = now.saturating_add(FARTHEST).unwrap_or(Timestamp::MAX);
    let ahead = schedule.schedule.between(now, farthest).take(AT_MOST).enumerate();
    ahead.take_while(move |&(number, at)| number < AHEAD || at <= soon).map(|(_, at)| at)
}

/// The times that passed while nobody looked, and get a run nevertheless.
fn missed(schedule: &DeploymentSchedule, handled: Timestamp, now: Timestamp) -> VecDeque<Timestamp> {
    let keep = match schedule.catch_up {
        CatchUp::Skip => return VecDeque::new(),
        CatchUp::Latest => 1,
        CatchUp::All => AT_MOST,
    };
    let mut missed = VecDeque::with_capacity(keep + 1);
    let passed = schedule.schedule.after(handled).take_while(|&at| at < now);
    for at in passed.filter(|&at| at > handled) {
        missed.push_back(at);
        if missed.len() > keep {
            missed.pop_front();
        }
    }
    missed
}

#[cfg(test)]
mod tests {
    use super::{AT_MOST, handled_by, times};
    use crate::deployment::{CatchUp, DeploymentSchedule};
    use crate::schedule::{Schedule, Timestamp};
    use std::time::Duration;

    fn every(seconds: u64, catch_up: CatchUp) -> DeploymentSchedule {
        let schedule = Schedule::interval(Duration::from_secs(seconds)).expect("an interval");
        DeploymentSchedule { catch_up, ..DeploymentSchedule::new(schedule) }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a date")
    }

    fn seconds(times: &[Timestamp]) -> Vec<i64> {
        times.iter().map(|at| at.as_second()).collect()
    }

    #[test]
    fn three_runs_or_an_hour_are_ahead_and_no_more_than_a_hundred() {
        let day = 86_400_i64;
        assert_eq!(times(&every(86_400, CatchUp::Skip), at(0), at(1)), [at(day), at(2 * day), at(3 * day)]);
        assert_eq!(times(&every(600, CatchUp::Skip), at(0), at(1)).len(), 6);
        assert_eq!(times(&every(1, CatchUp::Skip), at(0), at(1)).len(), AT_MOST);
        // Counted from the beginning of 2020, which was day 18262; the third is on day 142.
        assert_eq!(
            times(&every(day.unsigned_abs() * 60, CatchUp::Skip), at(0), at(1)),
            [at(22 * day), at(82 * day)]
        );
    }

    #[test]
    fn what_was_missed_is_caught_up_as_the_schedule_says() {
        let handled = at(3_600);
        let now = at(4 * 3_600 + 1);
        let hours = |catch_up| seconds(&times(&every(3_600, catch_up), handled, now));
        let ahead = [5 * 3_600, 6 * 3_600, 7 * 3_600];
        assert_eq!(hours(CatchUp::Skip), ahead);
        assert_eq!(hours(CatchUp::Latest), [&[4 * 3_600], &ahead[..]].concat());
        assert_eq!(hours(CatchUp::All), [&[2 * 3_600, 3 * 3_600, 4 * 3_600], &ahead[..]].concat());
        let long = times(&every(60, CatchUp::All), at(0), at(1_000_001));
        assert_eq!(long.iter().filter(|&&time| time < at(1_000_001)).count(), AT_MOST);
    }

    #[test]
    fn a_clock_that_stands_still_or_goes_back_makes_nothing_new() {
        let schedule = every(600, CatchUp::All);
        let first = times(&schedule, at(0), at(1));
        let handled = *first.last().expect("a time");
        for now in [at(1), at(0), at(-5_000)] {
            assert_eq!(times(&schedule, handled, now), []);
        }
    }

    #[test]
    fn a_clock_that_was_ahead_for_a_moment_leaves_no_gap() {
        let schedule = every(3_600, CatchUp::Skip);
        let hour = |hour: i64| at(hour * 3_600 + 60);
        let far = times(&schedule, at(0), hour(124));
        let handled = *far.last().expect("a time");
        let back = handled_by(&schedule, handled, hour(100));
        assert_eq!(times(&schedule, back, hour(100)), [at(101 * 3_600), at(102 * 3_600), at(103 * 3_600)]);
        let usual = times(&schedule, at(0), hour(100));
        let handled = *usual.last().expect("a time");
        assert_eq!(handled_by(&schedule, handled, hour(100)), handled);
        assert_eq!(handled_by(&schedule, handled, hour(101)), handled);
    }
}
