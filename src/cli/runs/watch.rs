//! `runs watch`: follows a run until it ends, whichever process runs it.
//!
//! It asks the history again and again: the process that runs the run need not
//! know of it, and the run pays nothing for it.

mod line;
mod tree;
mod view;

use std::thread;
use std::time::Duration;

use autotune_runtime::embedded::{RunRecord, Store};
use autotune_runtime::moment::Moment;
use clap::{ArgMatches, Command};
use jiff::Timestamp;

use super::{id, json_option};
use crate::StateType;
use crate::cli::exit::{Exit, Failure};
use crate::cli::history;
use crate::cli::process::Process;
use tree::Tree;
use view::View;

/// How long it waits before it asks again, at least.
const PAUSE: Duration = Duration::from_millis(200);
/// How many times as long as the answer took, so that a long history is not read all the time.
const PATIENCE: u32 = 5;
/// How often it looks whether the process of the run is still there.
const LOOK_AFTER: Duration = Duration::from_secs(2);

/// The command.
pub(super) fn command() -> Command {
    Command::new("watch")
        .about("Follow a run with what it calls until it ends, in whichever process it runs")
        .args([id(), json_option().help("Print a JSON object a line for each new state, for other programs")])
        .after_help(
            "It ends as the run does: with 0 if it completed, 101 if it crashed, else 1. Ctrl-C ends the watching, \
             not the run.",
        )
}

/// Does it.
pub(super) fn answer(matches: &ArgMatches, process: &Process) -> Result<Exit, Failure> {
    let written = matches.get_one::<String>("id").map_or("", String::as_str);
    watch(written, matches, process)
}

/// Follows the run of this id, for a command with the option `--json`.
pub(in crate::cli) fn watch(id: &str, matches: &ArgMatches, process: &Process) -> Result<Exit, Failure> {
    let (store, run) = history::find(process, id)?;
    let view = View::open(matches.get_flag("json"), process);
    let ended = follow(&store, &run, &view);
    view.close();
    Ok(ended?.map_or(Exit::Done, exit))
}

/// Shows what happens until the run has ended; the type of its last state, if anybody still reads.
fn follow(store: &Store, watched: &RunRecord, view: &View<'_>) -> Result<Option<StateType>, Failure> {
    let mut tree = Tree::of(watched);
    let mut looked_after = Moment::now();
    loop {
        let asked = Moment::now();
        if asked.since(looked_after) >= LOOK_AFTER {
            looked_after = asked;
            // Where it cannot be written, runs are shown as they were last seen.
            let _ = store.mark_crashed();
        }
        // What is read after it is at least as new.
        let Some(run) = store.run(watched.id)? else {
            return Err(Failure::Told(Exit::Failed, format!("{} was removed", history::line(&watched.name))));
        };
        let is_over = run.state_type.is_final();
        let since = if is_over { Timestamp::MIN } else { tree.read_up_to() };
        let news = tree.news(store.changes(run.root, since)?);
        if !view.show(&news)? {
            return Ok(None);
        }
        if is_over {
            return Ok(Some(run.state_type));
        }
        // Nobody wakes this thread, and if somebody does, it only asks sooner.
        thread::park_timeout(PAUSE.max(Moment::now().since(asked) * PATIENCE));
    }
}

fn exit(ended: StateType) -> Exit {
    match ended {
        StateType::Completed => Exit::Done,
        StateType::Crashed => Exit::Panicked,
        _ => Exit::Failed,
    }
}
