//! How the program ends, and what it says if that is not as it should be.

use std::process::ExitCode;

use super::process::Process;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// It did what it was asked for.
    Done,
    /// The flow failed.
    Failed,
    /// The command line is wrong, and nothing was done.
    Misused,
    /// The flow panicked.
    Panicked,
    /// Ctrl-C was pressed.
    Cancelled,
    /// Another program asked for the end of this one.
    Terminated,
}

impl Exit {
    pub(crate) fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Misused => 2,
            // What a panic in `main` gives.
            Exit::Panicked => 101,
            // What a shell gives for a command that Ctrl-C or SIGTERM ended.
            Exit::Cancelled => 130,
            Exit::Terminated => 143,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit.code())
    }
}

/// Why a command did not do what it was asked for.
#[derive(Debug)]
pub(super) enum Failure {
    /// clap's answer; asking for help is one of them.
    Clap(clap::Error),
    /// One sentence.
    Told(Exit, String),
}

impl Failure {
    /// The command line is wrong.
    pub(super) fn misused(message: impl Into<String>) -> Self {
        Failure::Told(Exit::Misused, message.into())
    }

    /// Says what it is, and gives the exit code.
    pub(super) fn report(&self, process: &Process) -> ExitCode {
        match self {
            Failure::Clap(error) if error.use_stderr() => {
                process.tell(&process.paint_of_stderr().styled(&error.render()));
                Exit::Misused.into()
            }
            Failure::Clap(help) => {
                let printed = process.print(&process.paint_of_stdout().styled(&help.render()));
                printed.map_or(Exit::Failed, |()| Exit::Done).into()
            }
            Failure::Told(exit, message) => {
                let label = process.paint_of_stderr().red_bold("error:");
                process.tell(&format!("{label} {message}\n"));
                (*exit).into()
            }
        }
    }
}

impl From<clap::Error> for Failure {
    fn from(error: clap::Error) -> Self {
        Failure::Clap(error)
    }
}
