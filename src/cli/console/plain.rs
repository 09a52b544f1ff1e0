//! A line for each event: for files, pipes and the journal.

use jiff::tz::TimeZone;
use tracing::Level;

use super::clean::clean;
use super::{Line, Seen};
use crate::cli::paint::Paint;
use crate::cli::process::Process;
use crate::definition::Kind;
use crate::duration::Rounded;

/// A line for each event.
pub(super) struct Plain {
    process: Process,
    paint: Paint,
    zone: TimeZone,
    shows_info: bool,
}

impl Plain {
    pub(super) fn open(process: Process, paint: Paint, shows_info: bool) -> Self {
        Plain { process, paint, zone: TimeZone::system(), shows_info }
    }

    /// A flow is the only thing that may be long before there is anything else to see.
    pub(super) fn opened(&self, seen: &Seen) {
        if self.shows_info && seen.kind == Kind::Flow {
            self.show(&Line::started(seen));
        }
    }

    pub(super) fn show(&self, line: &Line) {
        self.process.tell(&render(line, self.paint, &self.zone));
    }
}

/// `09:30:12.123 INFO  prep 2024-03-07 | Finished in state Completed  12ms`.
fn render(line: &Line, paint: Paint, zone: &TimeZone) -> String {
    let time = line.at.timestamp().to_zoned(zone.clone()).strftime("%H:%M:%S%.3f").to_string();
    let level = format!("{:5}", line.level.as_str());
    let level = match line.level {
        Level::ERROR => paint.red(&level),
        Level::WARN => paint.yellow(&level),
        Level::INFO => paint.green(&level),
        _ => paint.dim(&level),
    };
    let message = clean(&line.message);
    // What the flow failed with is the last line of the command.
    let message = if line.is_root && line.took.is_some() { without_reason(&message) } else { &message };
    let run = line.run.as_deref().map(|run| format!("{} | ", paint.bold(&clean(run)))).unwrap_or_default();
    let is_foreign = line.is_detail() && line.state.is_none();
    let target = if is_foreign { paint.dim(&format!("{}: ", line.target)) } else { String::new() };
    let took = line.took.map(|took| paint.dim(&format!("  {}", Rounded(took)))).unwrap_or_default();
    format!("{} {level} {run}{target}{message}{took}\n", paint.dim(&time))
}

/// `Finished in state Failed: why`, without why.
fn without_reason(message: &str) -> &str {
    message.split_once(": ").map_or(message, |(state, _)| state)
}

#[cfg(test)]
#[expect(clippy::needless_raw_string_hashes, reason = "`expect_test` writes them")]
mod tests {
    use autotune_runtime::moment::Moment;
    use expect_test::expect;
    use jiff::Timestamp;
    use std::time::Duration;

    use super::*;

    fn line(level: Level, message: &str) -> Line {
        let half_past_nine: Timestamp = "2024-03-07T09:30:12.123Z".parse().expect("a date and time");
        Line {
            at: Moment::at(half_past_nine).expect("a clock can show it"),
            level,
            target: "tuner::load".to_owned(),
            run: Some("prep 2024-03-07".to_owned()),
            is_root: false,
            message: message.to_owned(),
            state: None,
            took: None,
        }
    }

    #[test]
    fn a_line_has_the_time_the_level_the_run_and_the_message() {
        let ended = Line {
            state: Some("Completed".to_owned()),
            took: Some(Duration::from_millis(12)),
            ..line(Level::INFO, "Finished in state Completed")
        };
        let outside = Line { run: None, ..line(Level::WARN, "\u{1b}[31mlate") };
        let lines = [ended, outside, line(Level::DEBUG, "3 treatments")];
        let text: String = lines.iter().map(|line| render(line, Paint::Plain, &TimeZone::UTC)).collect();
        expect![[r#"
            09:30:12.123 INFO  prep 2024-03-07 | Finished in state Completed  12.0ms
            09:30:12.123 WARN  \u{1b}[31mlate
            09:30:12.123 DEBUG prep 2024-03-07 | tuner::load: 3 treatments
        "#]]
        .assert_eq(&text);
    }
}
