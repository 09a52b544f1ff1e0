//! The process around the command line: the one place that prints, reads the
//! environment, and asks.

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use console::Term;

use super::exit::{Exit, Failure};
use super::paint::Paint;

/// Where a command line reads and writes.
///
/// By default it is the current process. A test takes one in memory:
///
/// ```
/// use autotune::Registry;
/// use autotune::cli::{Cli, Process};
///
/// let process = Process::in_memory();
/// let exit = Cli::new().registry(Registry::new()).process(process.clone()).run_from(["house", "flows"]);
/// assert_eq!(process.stdout(), "This program has no flows.\n");
/// # let _ = exit;
/// ```
#[derive(Debug, Clone, Default)]
pub struct Process {
    /// `None`: the current process.
    memory: Option<Arc<Mutex<Memory>>>,
}

#[derive(Debug, Default)]
struct Memory {
    stdout: String,
    stderr: String,
    variables: BTreeMap<String, String>,
    answers: VecDeque<String>,
}

impl Process {
    /// The current process.
    #[must_use]
    pub fn current() -> Self {
        Process::default()
    }

    /// A process that has no terminal and no variables, and keeps what is written.
    #[must_use]
    pub fn in_memory() -> Self {
        Process { memory: Some(Arc::default()) }
    }

    /// Sets a variable of the environment of a process in memory.
    #[must_use]
    pub fn variable(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        if let Some(mut memory) = self.memory() {
            memory.variables.insert(name.into(), value.into());
        }
        self
    }

    /// What somebody answers to a process in memory when it asks for a secret.
    #[must_use]
    pub fn answer(self, answer: impl Into<String>) -> Self {
        if let Some(mut memory) = self.memory() {
            memory.answers.push_back(answer.into());
        }
        self
    }

    /// What a process in memory has written to standard output.
    #[must_use]
    pub fn stdout(&self) -> String {
        self.memory().map(|memory| memory.stdout.clone()).unwrap_or_default()
    }

    /// What a process in memory has written to standard error.
    #[must_use]
    pub fn stderr(&self) -> String {
        self.memory().map(|memory| memory.stderr.clone()).unwrap_or_default()
    }

    /// Writes to standard output. Nobody reading any more is no failure.
    pub(super) fn print(&self, text: &str) -> Result<(), Failure> {
        self.print_to_reader(text).map(drop)
    }

    /// Writes to standard output; whether anybody still reads.
    pub(super) fn print_to_reader(&self, text: &str) -> Result<bool, Failure> {
        let written = match self.memory() {
            Some(mut memory) => {
                memory.stdout.push_str(text);
                Ok(())
            }
            None => write_all(&mut io::stdout().lock(), text),
        };
        match written {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
            Err(error) => Err(Failure::Told(Exit::Failed, format!("the result cannot be written: {error}"))),
        }
    }

    /// Writes to standard error.
    pub(super) fn tell(&self, text: &str) {
        match self.memory() {
            Some(mut memory) => memory.stderr.push_str(text),
            // There is nowhere left to say that nothing can be said.
            None => drop(write_all(&mut io::stderr().lock(), text)),
        }
    }

    /// A variable of the environment; an empty one is as good as none.
    pub(super) fn read_variable(&self, name: &str) -> Option<String> {
        let value = match self.memory() {
            Some(memory) => memory.variables.get(name).cloned(),
            None => std::env::var(name).ok(),
        };
        value.filter(|value| !value.is_empty())
    }

    /// Asks for a secret, without showing it; `None` if there is nobody to ask.
    pub(super) fn ask(&self, question: &str) -> Option<io::Result<String>> {
        match self.memory() {
            Some(mut memory) => memory.answers.pop_front().map(Ok),
            None if io::stdin().is_terminal() => Some(rpassword::prompt_password(question)),
            None => None,
        }
    }

    /// Whether this is the process that the program runs in.
    pub(super) fn is_current(&self) -> bool {
        self.memory.is_none()
    }

    /// Whether standard error is a terminal that can move its cursor.
    pub(super) fn is_live(&self) -> bool {
        self.can_move_cursor(&Term::stderr())
    }

    /// Whether standard output is a terminal that can move its cursor.
    pub(super) fn is_live_on_stdout(&self) -> bool {
        self.can_move_cursor(&Term::stdout())
    }

    fn can_move_cursor(&self, term: &Term) -> bool {
        self.is_current()
            && term.features().is_attended()
            && self.read_variable("TERM").as_deref() != Some("dumb")
    }

    /// How wide standard output is; `None` if it is not a terminal.
    pub(super) fn width(&self) -> Option<usize> {
        let term = self.is_current().then(Term::stdout).filter(|term| term.features().is_attended())?;
        term.size_checked().map(|(_, columns)| columns.into())
    }

    pub(super) fn paint_of_stdout(&self) -> Paint {
        self.paint(io::stdout().is_terminal())
    }

    pub(super) fn paint_of_stderr(&self) -> Paint {
        self.paint(io::stderr().is_terminal())
    }

    fn paint(&self, is_terminal: bool) -> Paint {
        let is_plain = !self.is_current()
            || !is_terminal
            || self.read_variable("NO_COLOR").is_some()
            || self.read_variable("TERM").as_deref() == Some("dumb");
        if is_plain { Paint::Plain } else { Paint::Colored }
    }

    fn memory(&self) -> Option<MutexGuard<'_, Memory>> {
        self.memory.as_ref().map(|memory| memory.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn write_all(stream: &mut impl Write, text: &str) -> io::Result<()> {
    stream.write_all(text.as_bytes())?;
    stream.flush()
}
