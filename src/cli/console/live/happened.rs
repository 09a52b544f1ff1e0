//! What has happened, for people: a sign, the run, and what there is to say.

use tracing::Level;

use crate::cli::console::Line;
use crate::cli::console::clean::clean;
use crate::cli::paint::Paint;
use crate::duration::Rounded;

/// `✓ prep 2024-03-07  12.1ms`.
pub(super) fn render(line: &Line, paint: Paint) -> String {
    let run = line.run.as_deref().map(clean).unwrap_or_default();
    let message = clean(&line.message);
    let took = line.took.map(|took| paint.dim(&format!("  {}", Rounded(took)))).unwrap_or_default();
    match line.state.as_deref() {
        Some("Completed") => format!("{} {run}{took}", paint.green("✓")),
        Some("Cached") => format!("{} {run}{}", paint.cyan("⊙"), paint.dim("  cached")),
        Some("AwaitingRetry") => format!("{} {run}  {}", paint.yellow("↻"), paint.yellow(&message)),
        Some("Cancelled") => format!("{} {run}{took}  {}", paint.yellow("⊘"), paint.yellow("cancelled")),
        Some("NotReady") => format!("{} {run}  {}", paint.yellow("⊘"), paint.yellow(reason(&message))),
        // The panic itself is a line before, and what the flow failed with the last line of the command.
        Some("Crashed") => format!("{} {run}{took}  {}", paint.red("✗"), paint.red("panicked")),
        Some("Failed" | "TimedOut") if line.is_root => format!("{} {run}{took}", paint.red("✗")),
        Some("Failed" | "TimedOut") => {
            format!("{} {run}{took}  {}", paint.red("✗"), paint.red(reason(&message)))
        }
        _ => logged(line, &run, &message, paint),
    }
}

/// `· prep 2024-03-07  loading days=7`.
fn logged(line: &Line, run: &str, message: &str, paint: Paint) -> String {
    let run = if run.is_empty() { String::new() } else { format!("{}  ", paint.dim(run)) };
    match line.level {
        Level::ERROR => format!("{} {run}{}", paint.red("!"), paint.red(message)),
        Level::WARN => format!("{} {run}{}", paint.yellow("!"), paint.yellow(message)),
        Level::INFO => format!("{} {run}{message}", paint.dim("·")),
        _ => format!("{} {run}{}", paint.dim("·"), paint.dim(message)),
    }
}

/// What stands behind `Finished in state Failed: `.
fn reason(message: &str) -> &str {
    message.split_once(": ").map_or(message, |(_, reason)| reason)
}

#[cfg(test)]
#[expect(clippy::needless_raw_string_hashes, reason = "`expect_test` writes them")]
mod tests {
    use std::time::Duration;

    use autotune_runtime::moment::Moment;
    use expect_test::expect;

    use super::*;

    fn line(message: &str, state: Option<&str>) -> Line {
        Line {
            at: Moment::now(),
            level: Level::WARN,
            target: String::new(),
            run: Some("prep 2024-03-07".to_owned()),
            is_root: false,
            message: message.to_owned(),
            state: state.map(ToOwned::to_owned),
            took: state.map(|_| Duration::from_millis(12)),
        }
    }

    #[test]
    fn each_state_has_its_sign() {
        let lines = [
            line("Finished in state Completed", Some("Completed")),
            line("Finished in state Cached", Some("Cached")),
            line("Attempt failed: 503. Retry 1/3 starts in 2s", Some("AwaitingRetry")),
            line("Finished in state Failed: no data: 404", Some("Failed")),
            line("Finished in state TimedOut: timed out after 5m", Some("TimedOut")),
            Line { is_root: true, ..line("Finished in state Failed: no data", Some("Failed")) },
            line("Finished in state Crashed: the fuse was short", Some("Crashed")),
            line("Finished in state Cancelled", Some("Cancelled")),
            line("Finished in state NotReady: not started, because", Some("NotReady")),
            line("the basal is at its limit", None),
            Line { level: Level::INFO, ..line("loading days=7", None) },
            Line { level: Level::INFO, run: None, ..line("outside of any run", None) },
        ];
        let text: Vec<_> = lines.iter().map(|line| render(line, Paint::Plain)).collect();
        expect![[r#"
            ✓ prep 2024-03-07  12.0ms
            ⊙ prep 2024-03-07  cached
            ↻ prep 2024-03-07  Attempt failed: 503. Retry 1/3 starts in 2s
            ✗ prep 2024-03-07  12.0ms  no data: 404
            ✗ prep 2024-03-07  12.0ms  timed out after 5m
            ✗ prep 2024-03-07  12.0ms
            ✗ prep 2024-03-07  12.0ms  panicked
            ⊘ prep 2024-03-07  12.0ms  cancelled
            ⊘ prep 2024-03-07  not started, because
            ! prep 2024-03-07  the basal is at its limit
            · prep 2024-03-07  loading days=7
            · outside of any run
        "#]]
        .assert_eq(&(text.join("\n") + "\n"));
    }
}
