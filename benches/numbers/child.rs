//! What is measured in a process of its own: this program, started again.

use std::path::Path;
use std::process::{Command, ExitCode};

use crate::{memory, resume, sequential, terminal};

/// The variable that says which part the process has.
const PART: &str = "AUTOTUNE_BENCHES_PART";

/// The parts of a process that measures nothing itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Part {
    /// Runs the flow that is killed.
    Walk,
    /// Resumes it.
    Resume,
    /// Records, and says how much memory it has.
    Remember,
    /// Fills a database.
    Fill,
    /// The command line.
    CommandLine,
    /// Runs what is held against Prefect.
    Sequential,
}

const PARTS: [(Part, &str); 6] = [
    (Part::Walk, "walk"),
    (Part::Resume, "resume"),
    (Part::Remember, "remember"),
    (Part::Fill, "fill"),
    (Part::CommandLine, "command-line"),
    (Part::Sequential, "sequential"),
];

/// A process with this part, and its history in a folder.
pub(crate) fn command(part: Part, home: &Path) -> Command {
    let name = PARTS.iter().find_map(|(of, name)| (*of == part).then_some(name)).expect("each has a name");
    let mut command = Command::new(std::env::current_exe().expect("this program has a path"));
    command.env(PART, name).env("AUTOTUNE_HOME", home);
    command
}

/// Plays the part that this process was started for, if it was.
pub(crate) fn play() -> Option<ExitCode> {
    let name = std::env::var(PART).ok()?;
    let part = PARTS.iter().find_map(|(part, of)| (*of == name).then_some(*part))?;
    let runtime = crate::runtime();
    match part {
        Part::Walk => runtime.block_on(resume::walk_until_killed()),
        Part::Resume => runtime.block_on(resume::resume()),
        Part::Remember => runtime.block_on(memory::remember()),
        Part::Fill => runtime.block_on(terminal::fill()),
        Part::CommandLine => return Some(autotune::cli::main()),
        Part::Sequential => runtime.block_on(sequential::run()),
    }
    Some(ExitCode::SUCCESS)
}
