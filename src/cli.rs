//! The command line of a program with flows.
//!
//! ```no_run
//! use std::process::ExitCode;
//!
//! use autotune::prelude::*;
//!
//! /// Say hello.
//! #[flow]
//! async fn greet(
//!     /// Who is greeted.
//!     name: String,
//! ) -> String {
//!     format!("Hello, {name}!")
//! }
//!
//! fn main() -> ExitCode {
//!     autotune::cli::main()
//! }
//! ```
//!
//! ```text
//! $ program run greet --name world
//! Hello, world!
//! ```
//!
//! Every `#[flow]` that is linked into the program is a command of `run`, with an
//! option for each parameter. What a flow returns is written to standard output;
//! what happens on the way is shown on standard error.
//!
//! | exit code | meaning |
//! |---|---|
//! | 0 | the flow completed |
//! | 1 | the flow failed |
//! | 2 | the command or its parameters are wrong; nothing was run |
//! | 101 | the flow panicked |
//! | 130 | Ctrl-C cancelled the flow |
//! | 143 | SIGTERM cancelled the flow |
//!
//! `runs watch` ends with 0, 1 or 101 as the run that it watches.
//!
//! Cancelled is what [`flow_runs`](crate::flow_runs#cancelling) means by it: hooks are called and
//! the state is recorded. A second Ctrl-C, or SIGTERM, ends the process at once.
//!
//! `completions bash` writes the script that lets bash complete all this, as it does for other shells; its `--help`
//! says where they look for it.
//!
//! | variable | meaning |
//! |---|---|
//! | `AUTOTUNE_LOG` | what is shown of a run: `warn`, `debug`, `my_crate=trace,info` |
//! | `AUTOTUNE_<PARAMETER>` | the value of a `#[secret]` parameter |
//! | `AUTOTUNE_HOME` | the folder of the history; by default `autotune` in the platform's folder for data |
//! | `NO_COLOR` | turns colours off |

mod artifacts;
mod command;
mod completions;
mod console;
mod db;
mod deployments;
mod exit;
mod flows;
mod history;
mod limits;
mod orchestrator;
mod paint;
mod parameters;
mod process;
mod queues;
mod run;
mod runs;
mod serve;
mod table;
mod tasks;
mod time;
mod variables;
mod workers;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

pub use clap;
use clap::{ArgMatches, Command};

pub use process::Process;

pub(crate) use run::received;

use crate::Registry;
use crate::deploy::{DeployError, FlowDeployment};
use exit::{Exit, Failure};

/// The command line of this program, with every flow that is linked into it.
///
/// The whole `main` of most programs; [`Cli`] is for those that need more.
#[must_use = "the exit code is what `main` returns"]
pub fn main() -> ExitCode {
    Cli::new().run()
}

/// A command line that is put together by hand.
///
/// ```no_run
/// use std::process::ExitCode;
///
/// use autotune::cli::{Cli, clap};
///
/// fn main() -> ExitCode {
///     let prepare = clap::Command::new("prepare").about("Prepare the house");
///     Cli::new()
///         .about("Keeps the house warm")
///         .version(env!("CARGO_PKG_VERSION"))
///         .command(prepare, |_| ExitCode::SUCCESS)
///         .run()
/// }
/// ```
#[derive(Debug, Default)]
pub struct Cli {
    name: Option<String>,
    about: Option<String>,
    version: Option<String>,
    registry: Option<Registry>,
    process: Process,
    commands: Vec<(Command, Answer)>,
    deployments: Option<Deployments>,
}

/// What makes the deployments of a program.
type Deployments = fn() -> Result<Vec<FlowDeployment>, DeployError>;

/// What a command of the program's own does.
type Answer = fn(&ArgMatches) -> ExitCode;

impl Cli {
    /// A command line with every flow that is linked into the program.
    #[must_use]
    pub fn new() -> Self {
        Cli::default()
    }

    /// The name of the program; by default that of its file.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// What the program is for, in a line.
    #[must_use]
    pub fn about(mut self, about: impl Into<String>) -> Self {
        self.about = Some(about.into());
        self
    }

    /// The version that `--version` shows: `env!("CARGO_PKG_VERSION")`.
    #[must_use]
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = Some(version.into());
        self
    }

    /// Takes the flows of this registry, and not those that are linked.
    #[must_use]
    pub fn registry(mut self, registry: Registry) -> Self {
        self.registry = Some(registry);
        self
    }

    /// Adds a command of the program's own.
    ///
    /// One with the name of ours takes its place.
    #[must_use]
    pub fn command(mut self, command: Command, answer: fn(&ArgMatches) -> ExitCode) -> Self {
        self.commands.push((command, answer));
        self
    }

    /// The deployments of the program, which `deployments apply` applies and `serve` serves.
    ///
    /// ```no_run
    /// use autotune::deploy::{DeployError, FlowDeployment};
    /// use autotune::prelude::*;
    /// use autotune::{cli::Cli, deploy};
    ///
    /// #[flow]
    /// async fn heat() {}
    ///
    /// fn deployments() -> Result<Vec<FlowDeployment>, DeployError> {
    ///     Ok(vec![deploy(heat, "mornings").cron("0 6 * * *")?])
    /// }
    ///
    /// fn main() -> std::process::ExitCode {
    ///     Cli::new().deployments(deployments).run()
    /// }
    /// ```
    #[must_use]
    pub fn deployments(mut self, deployments: fn() -> Result<Vec<FlowDeployment>, DeployError>) -> Self {
        self.deployments = Some(deployments);
        self
    }

    /// Runs in this process instead of the current one: for tests.
    #[must_use]
    pub fn process(mut self, process: Process) -> Self {
        self.process = process;
        self
    }

    /// Does what the arguments of the program say.
    #[must_use = "the exit code is what `main` returns"]
    pub fn run(self) -> ExitCode {
        self.run_from(std::env::args_os())
    }

    /// Does what these arguments say; the first is the name of the program.
    #[must_use = "the exit code is what `main` returns"]
    pub fn run_from<I>(mut self, arguments: I) -> ExitCode
    where
        I: IntoIterator,
        I::Item: Into<OsString>,
    {
        let arguments: Vec<OsString> = arguments.into_iter().map(Into::into).collect();
        let registry = self.registry.take().unwrap_or_else(Registry::discovered);
        self.answer(&registry, &arguments).unwrap_or_else(|failure| failure.report(&self.process))
    }

    fn answer(&self, registry: &Registry, arguments: &[OsString]) -> Result<ExitCode, Failure> {
        let program = self.program(arguments);
        let mut command = command::tree(self, registry, &program);
        let matches = command.try_get_matches_from_mut(arguments)?;
        let Some((name, matches)) = matches.subcommand() else {
            return self.help(&mut command);
        };
        if let Some((_, answer)) = self.commands.iter().find(|(own, _)| own.get_name() == name) {
            return Ok(answer(matches));
        }
        let exit = match name {
            "flows" => flows::show(registry, &program, matches, &self.process)?,
            "tasks" => tasks::show(matches, &self.process)?,
            "runs" => runs::answer(registry, matches, &self.process)?,
            "artifacts" => artifacts::answer(matches, &self.process)?,
            "deployments" => deployments::answer(registry, &self.declared()?, matches, &self.process)?,
            "queues" => queues::answer(matches, &self.process)?,
            "workers" => workers::answer(matches, &self.process)?,
            "limits" => limits::answer(matches, &self.process)?,
            "variables" => variables::answer(matches, &self.process)?,
            "serve" => serve::serve(registry, &self.declared()?, matches, &self.process)?,
            "worker" => serve::work(registry, &self.declared()?, matches, &self.process)?,
            "completions" => completions::answer(&mut command, &program, matches, &self.process)?,
            "db" => db::answer(matches, &self.process)?,
            _ => run::start(registry, matches, &self.process)?,
        };
        Ok(exit.into())
    }

    fn declared(&self) -> Result<Vec<FlowDeployment>, Failure> {
        let declared = self.deployments.map_or(Ok(Vec::new()), |declare| declare());
        declared.map_err(|error| Failure::misused(error.to_string()))
    }

    fn help(&self, command: &mut Command) -> Result<ExitCode, Failure> {
        let help = command.render_help();
        let paint = self.process.paint_of_stdout();
        self.process.print(&paint.styled(&help))?;
        Ok(Exit::Done.into())
    }

    fn program(&self, arguments: &[OsString]) -> String {
        let file = || Path::new(arguments.first()?).file_stem()?.to_str().map(ToOwned::to_owned);
        self.name.clone().or_else(file).unwrap_or_else(|| "program".to_owned())
    }
}
