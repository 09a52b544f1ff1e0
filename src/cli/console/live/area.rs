//! What runs at this moment: flows, and below them their tasks.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::Duration;

use autotune_runtime::moment::Moment;
use console::{measure_text_width, truncate_str};

use crate::cli::console::Seen;
use crate::cli::console::clean::clean;
use crate::cli::paint::Paint;
use crate::definition::Kind;
use crate::duration::Exact;

const SPINNER: [&str; 10] = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
/// No more than this is shown, however high the terminal is.
const HIGHEST: usize = 12;
/// A task that ends sooner is not shown: nobody could read it.
const SHORTEST: Duration = Duration::from_millis(150);

/// A run on its way.
#[derive(Debug)]
pub(super) struct Running {
    seen: Seen,
    /// Whether it waits for its next attempt.
    pub(super) is_waiting: bool,
}

impl Running {
    pub(super) fn new(seen: Seen) -> Self {
        Running { seen, is_waiting: false }
    }
}

/// Where and when the runs are drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Area {
    pub(super) now: Moment,
    pub(super) ticks: usize,
    pub(super) height: usize,
    pub(super) width: usize,
}

impl Area {
    /// A line for each run, in the order in which they began, below the run that called them.
    pub(super) fn render(self, running: &BTreeMap<u64, Running>, paint: Paint) -> Vec<String> {
        let shown: BTreeMap<_, _> =
            running.iter().filter(|(_, running)| self.is_worth_a_line(running)).collect();
        let mut calls: BTreeMap<Option<u64>, Vec<_>> = BTreeMap::new();
        for (id, run) in &shown {
            let parent = run.seen.parent.filter(|parent| shown.contains_key(parent));
            calls.entry(parent).or_default().push((**id, *run));
        }
        for calls in calls.values_mut() {
            calls.sort_by_key(|(_, run)| Reverse(run.seen.started));
        }
        let highest = HIGHEST.min(self.height.saturating_sub(2)).max(2);
        let highest = if shown.len() > highest { highest - 1 } else { highest };
        let mut lines = Vec::new();
        let level = |runs: Vec<_>, depth: usize| runs.into_iter().map(move |(id, run)| (id, run, depth));
        let mut next: Vec<_> = level(calls.remove(&None).unwrap_or_default(), 0).collect();
        while let Some((id, run, depth)) = next.pop().filter(|_| lines.len() < highest) {
            lines.push(self.line(run, depth, paint));
            next.extend(level(calls.remove(&Some(id)).unwrap_or_default(), depth + 1));
        }
        if lines.len() < shown.len() {
            lines.push(paint.dim(&format!("  … and {} more", shown.len() - lines.len())));
        }
        lines
    }

    fn line(self, run: &Running, depth: usize, paint: Paint) -> String {
        let sign = if run.is_waiting {
            paint.yellow("↻")
        } else {
            paint.cyan(SPINNER.get(self.ticks % SPINNER.len()).unwrap_or(&""))
        };
        let elapsed = elapsed(self.now.since(run.seen.started));
        let indent = "  ".repeat(depth);
        let room = self.width.saturating_sub(indent.len() + elapsed.len() + 5);
        let name = clean(&run.seen.name).replace(['\n', '\t'], " ");
        let name = truncate_str(&name, room, "…");
        format!("{indent}{sign} {name}  {}", paint.dim(&elapsed))
    }

    fn is_worth_a_line(self, run: &Running) -> bool {
        run.seen.kind == Kind::Flow || self.now.since(run.seen.started) >= SHORTEST
    }
}

/// How many rows the lines take. A terminal that became narrower has wrapped them.
pub(super) fn rows(lines: &[String], width: usize) -> usize {
    lines.iter().map(|line| measure_text_width(line).div_ceil(width.max(1)).max(1)).sum()
}

/// With a tenth of a second, so that it is seen to move.
fn elapsed(duration: Duration) -> String {
    match duration.as_secs() {
        0..60 => format!("{:.1}s", duration.as_secs_f64()),
        seconds => Exact(Duration::from_secs(seconds)).to_string(),
    }
}

#[cfg(test)]
#[expect(clippy::needless_raw_string_hashes, reason = "`expect_test` writes them")]
mod tests {
    use expect_test::expect;

    use super::*;

    /// Runs by number, name, parent, and when they began, in milliseconds.
    fn render(runs: &[(u64, &str, Option<u64>, u64)], height: usize) -> String {
        let start = Moment::now();
        let at = |milliseconds| start.plus(Duration::from_millis(milliseconds)).expect("a clock can show it");
        let running = runs.iter().map(|&(id, name, parent, started)| {
            let kind = if name.starts_with("flow") { Kind::Flow } else { Kind::Task };
            let seen = Seen { name: name.to_owned(), kind, started: at(started), parent };
            (id, Running { seen, is_waiting: name == "load" })
        });
        let area = Area { now: at(76_000), ticks: 2, height, width: 30 };
        area.render(&running.collect(), Paint::Plain).join("\n") + "\n"
    }

    #[test]
    fn runs_stand_below_those_that_called_them() {
        let text = render(
            &[
                (9, "flow", None, 500),
                (4, "flow inside", Some(9), 70_000),
                (5, "load", Some(4), 71_000),
                (3, "prep 2024-03-07 with a long name", Some(9), 74_000),
                (6, "too short to be read", Some(9), 75_900),
                (7, "of a run that is not shown", Some(6), 1_000),
            ],
            40,
        );
        expect![[r#"
            ⠹ flow  1m 15s
              ⠹ flow inside  6.0s
                ↻ load  5.0s
              ⠹ prep 2024-03-07 wi…  2.0s
            ⠹ of a run that is n…  1m 15s
        "#]]
        .assert_eq(&text);
    }

    #[test]
    fn a_line_takes_more_rows_once_the_terminal_is_narrower() {
        let lines = ["⠹ flow  1m 15s".to_owned(), Paint::Colored.dim("  … and 97 more")];
        assert_eq!([20, 14, 7, 5, 0].map(|width| rows(&lines, width)), [2, 3, 5, 6, 29]);
    }

    #[test]
    fn there_are_never_more_lines_than_the_terminal_has() {
        let tasks: Vec<_> = (1..100).map(|id| (id, "prep", Some(500), id)).collect();
        let text = render(&[&[(500, "flow", None, 0)], &*tasks].concat(), 6);
        expect![[r#"
            ⠹ flow  1m 16s
              ⠹ prep  1m 15s
              ⠹ prep  1m 15s
              … and 97 more
        "#]]
        .assert_eq(&text);
    }
}
