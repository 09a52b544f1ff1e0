//! Two workers in processes of their own, on one file.

use std::path::Path;

use autotune::deploy;

use super::{ERRAND, Ended, Ledger, meet, runs_of, schedule, schedule_errands, signal, start, until};

const ERRANDS: u32 = 300;
/// As many as two workers run at once: neither of them comes to the errands without the other.
const MEETING: u32 = 10;

/// The numbers of the errands that have completed.
fn completed(home: &Path) -> usize {
    runs_of(home, "errand").iter().filter(|run| run.state_name == "Completed").count()
}

#[test]
fn two_workers_run_each_run_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let (home, side) = (folder.path(), folder.path().join("side.txt"));
    let meeting = std::iter::repeat_n(MEETING, MEETING as usize);
    schedule(home, &deploy(meet, "by-hand"), &folder.path().join("meeting.txt"), meeting);
    schedule_errands(home, &side, ERRANDS);
    let workers = ["one", "other"].map(|name| start(home, &["worker", "--name", name, "--limit", "5", "-q"]));
    until("all errands are run", || completed(home) == ERRANDS as usize);
    let mut shares = Vec::new();
    for worker in workers {
        signal(&worker, "-TERM");
        let ended = Ended::of(worker);
        ended.is_done();
        let share = ended.said.split_once(" runs completed, 0 did not").map(|(before, _)| before);
        let share = share.and_then(|before| before.rsplit('\n').next()?.parse::<u32>().ok());
        shares.push(share.unwrap_or_else(|| panic!("how many it ran: {}", ended.said)));
    }
    assert_eq!(shares.iter().sum::<u32>(), ERRANDS + MEETING, "{shares:?}");
    assert!(shares.iter().all(|&share| share >= MEETING / 2), "both had some: {shares:?}");
    let mut ledger = Ledger::default();
    ledger.check(home, &side);
    assert_eq!(ledger.done.len(), (ERRANDS * ERRAND) as usize);
    assert!(ledger.done.values().all(|&times| times == 1), "each step ran once");
    assert!(runs_of(home, "errand").iter().all(|run| run.run_count == 1));
}

#[test]
fn what_a_killed_worker_had_is_finished_by_the_other_and_done_steps_are_not_done_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let (home, side) = (folder.path(), folder.path().join("side.txt"));
    schedule_errands(home, &side, ERRANDS);
    let mut workers =
        ["one", "other"].map(|name| start(home, &["worker", "--name", name, "--limit", "5", "-q"]));
    until("some errands are run", || completed(home) > 50);
    workers[0].kill().expect("SIGKILL");
    workers[0].wait().expect("it is dead");
    until("all errands are run", || completed(home) == ERRANDS as usize);
    signal(&workers[1], "-TERM");
    let [_, other] = workers;
    Ended::of(other).is_done();

    let mut ledger = Ledger::default();
    ledger.check(home, &side);
    assert_eq!(ledger.done.len(), (ERRANDS * ERRAND) as usize);
    // A step that was on its way when its process was killed may have run before it was recorded.
    let again = ledger.done.values().filter(|&&times| times > 1).count();
    assert!(again <= 5, "{again} of the steps of 5 runs ran again: {:?}", ledger.done);
    let crashed = runs_of(home, "errand").iter().filter(|run| run.run_count > 1).count();
    assert!(crashed <= 5, "{crashed} runs were tried again");
}
