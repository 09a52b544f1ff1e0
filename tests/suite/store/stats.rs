//! How flows go over time.

use std::time::Duration;

use autotune::StateName::{self, Cancelled, Completed, Crashed, Failed};
use autotune::embedded::{FlowStats, StatsFilter};
use autotune::event::{Event, StateEvent};

use super::{Place, ago, flow_run, record, state};

/// Runs of the flow `nightly`: how each ended, how many hours ago, and after how many seconds.
fn stats(runs: &[(StateName, u64, u64)], filter: &StatsFilter) -> Vec<FlowStats> {
    let place = Place::new();
    let mut recorder = place.recorder();
    for &(end, hours, seconds) in runs {
        let start = ago(Duration::from_hours(hours));
        let at = start.plus(Duration::from_secs(seconds)).expect("a time");
        record(&mut recorder, &flow_run("x"), vec![Event::State(StateEvent { at, ..state(0, end, start) })]);
    }
    place.store.stats(filter).expect("read")
}

#[test]
fn half_of_the_runs_are_no_longer_than_the_median_and_19_of_20_no_longer_than_p95() {
    let mut runs: Vec<_> = (1..=20).map(|second| (Completed, 30 - second, 21 - second)).collect();
    // How long it took to fail says nothing of how long it takes.
    runs.push((Failed, 40, 1_000));
    let stats = stats(&runs, &StatsFilter::default());
    let seconds = |took: Option<Duration>| took.map(|took| took.as_secs());
    assert_eq!((seconds(stats[0].median), seconds(stats[0].p95)), (Some(10), Some(19)));
    let one = self::stats(&[(Completed, 1, 7)], &StatsFilter::default());
    assert_eq!((seconds(one[0].median), seconds(one[0].p95)), (Some(7), Some(7)));
}

#[test]
fn failures_in_a_row_are_those_since_the_last_success_and_a_cancelled_run_is_neither() {
    let runs = [
        (Failed, 90, 1),
        (Completed, 80, 1),
        (Failed, 70, 1),
        (Cancelled, 60, 1),
        (Crashed, 50, 1),
        (StateName::TimedOut, 2, 1),
    ];
    let all = stats(&runs, &StatsFilter::default());
    assert_eq!(all.len(), 1);
    let of = &all[0];
    assert_eq!((of.completed, of.failed, of.crashed, of.cancelled, of.ended()), (1, 3, 1, 1, 6));
    assert_eq!((of.success_rate(), of.failures_in_a_row), (Some(0.2), 3));

    let since = Some(ago(Duration::from_hours(3)).timestamp());
    let late = stats(&runs, &StatsFilter { since, ..StatsFilter::default() });
    assert_eq!((late[0].failed, late[0].crashed), (1, 0));
    assert_eq!(late[0].failures_in_a_row, 3, "they do not depend on what is looked at");
    assert_eq!((late[0].success_rate(), late[0].median), (Some(0.0), None));
}

#[test]
fn only_what_is_asked_for_is_counted() {
    let runs = [(Completed, 1, 1), (StateName::Running, 1, 1)];
    let of = |flow: &str| StatsFilter { flow: Some(flow.to_owned()), ..StatsFilter::default() };
    assert_eq!(stats(&runs, &of("nightly"))[0].ended(), 1, "what runs has not ended");
    assert_eq!(stats(&runs, &of("weekly")), []);
}
