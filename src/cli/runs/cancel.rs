//! `runs cancel`: asks a run to stop, whichever process runs it.

use clap::{ArgMatches, Command};

use super::id;
use crate::StateName;
use crate::cli::exit::{Exit, Failure};
use crate::cli::process::Process;
use crate::cli::{history, orchestrator};
use crate::proposal::{Proposal, Verdict};

/// The command.
pub(super) fn command() -> Command {
    Command::new("cancel").about("Ask a flow run to stop, in whichever process it runs").arg(id())
}

/// Does it.
pub(super) fn answer(matches: &ArgMatches, process: &Process) -> Result<Exit, Failure> {
    let written = matches.get_one::<String>("id").map_or("", String::as_str);
    let (_, run) = history::find(process, written)?;
    if run.sequence != 0 {
        return Err(Failure::misused(format!("{written} is a task: cancel its flow run, {}", run.root)));
    }
    let orchestrator = orchestrator::open(process)?;
    let cancelling = Proposal::of(StateName::Cancelling);
    match orchestrator::wait(|| orchestrator.propose(run.id, cancelling))? {
        Verdict::Accept(state) => {
            process.print(&format!("{} is {}.\n", history::line(&run.name), state.state_name))?;
            Ok(Exit::Done)
        }
        // One that nobody runs is cancelled at once.
        Verdict::Reject { state, .. } if state.state_type == crate::StateType::Cancelled => {
            process.print(&format!("{} is {}.\n", history::line(&run.name), state.state_name))?;
            Ok(Exit::Done)
        }
        Verdict::Reject { reason, .. } | Verdict::Wait { reason, .. } | Verdict::Abort { reason } => Err(
            Failure::Told(Exit::Failed, format!("{} is not cancelled: {reason}", history::line(&run.name))),
        ),
        _ => Ok(Exit::Done),
    }
}
