//! Who sees what is new: a terminal, a file, or another program.

use std::fmt::Write;

use autotune_runtime::moment::Moment;
use console::Term;

use super::line;
use super::tree::News;
use crate::cli::console::{Live, Seen};
use crate::cli::exit::Failure;
use crate::cli::paint::Paint;
use crate::cli::process::Process;
use crate::cli::runs::json;

/// How many of the runs that have ended since the last time are shown on a terminal.
const FEW: usize = 20;

/// Who sees what is new.
pub(super) enum View<'a> {
    /// What runs stands at the bottom of the terminal, and what has ended above it.
    Live { live: Live, paint: Paint },
    /// A line for each new state.
    Lines { process: &'a Process, paint: Paint },
    /// A JSON object for each new state.
    Json { process: &'a Process },
}

impl<'a> View<'a> {
    pub(super) fn open(json: bool, process: &'a Process) -> Self {
        let paint = process.paint_of_stdout();
        match json {
            true => View::Json { process },
            false if process.is_live_on_stdout() => {
                View::Live { live: Live::open(Term::buffered_stdout(), paint), paint }
            }
            false => View::Lines { process, paint },
        }
    }

    /// Shows what is new; whether anybody still reads.
    pub(super) fn show(&self, news: &[News]) -> Result<bool, Failure> {
        let mut text = String::new();
        match self {
            View::Live { live, paint } => {
                show_live(news, live, *paint);
                Ok(true)
            }
            View::Lines { process, paint } => {
                for News { run, .. } in news {
                    text += &line::plain(run, *paint);
                }
                write(process, &text)
            }
            View::Json { process } => {
                for News { run, .. } in news {
                    // Writing into a `String` cannot fail.
                    let _ = writeln!(text, "{}", json::run(run));
                }
                write(process, &text)
            }
        }
    }

    /// Shows what is not shown yet.
    pub(super) fn close(&self) {
        if let View::Live { live, .. } = self {
            live.close();
        }
    }
}

fn write(process: &Process, text: &str) -> Result<bool, Failure> {
    if text.is_empty() { Ok(true) } else { process.print_to_reader(text) }
}

fn show_live(news: &[News], live: &Live, paint: Paint) {
    let ended = news.iter().filter(|news| news.run.state_type.is_final()).count();
    let mut hidden = ended.saturating_sub(FEW);
    if hidden > 0 {
        live.write(paint.dim(&format!("… {hidden} that have ended before")));
    }
    for News { run, number, parent, is_watched } in news {
        let is_over = run.state_type.is_final();
        if is_over {
            live.closed(*number);
        } else {
            let started = run.started.and_then(Moment::at).unwrap_or_else(Moment::now);
            let seen = Seen { name: line::name(run), kind: run.kind, started, parent: *parent };
            live.opened(*number, &seen);
            live.moved(*number, &run.state_name);
        }
        if is_over && hidden > 0 && !is_watched {
            hidden -= 1;
        } else if let Some(line) = line::live(run, paint) {
            live.write(line);
        }
    }
}
