//! What a run called, as a tree.

use std::collections::HashMap;

use autotune_runtime::embedded::{RunRecord, StateCount, Store, StoreError};
use autotune_runtime::id::RunId;

use crate::StateType;
use crate::cli::history;
use crate::cli::paint::Paint;
use crate::cli::table::Table;
use crate::duration::Rounded;

/// Columns are kept apart by words, so what is indented by spaces is one word.
const INDENT: [&str; 4] =
    ["\u{251c}\u{2500}\u{a0}", "\u{2514}\u{2500}\u{a0}", "\u{2502}\u{a0}\u{a0}", "\u{a0}\u{a0}\u{a0}"];

/// How many runs are named of those that a run has waited for.
const NAMED: usize = 5;

/// The calls below a run.
pub(super) struct Calls {
    by_parent: HashMap<RunId, Vec<RunRecord>>,
    names: HashMap<RunId, String>,
    counts: Vec<StateCount>,
    /// How many are not among them.
    pub(super) left_out: u64,
}

impl Calls {
    /// The calls below a run, at most `limit` of each flow run.
    pub(super) fn of(store: &Store, run: &RunRecord, limit: u32) -> Result<Self, StoreError> {
        let (by_parent, names, counts) = Default::default();
        let mut calls = Calls { by_parent, names, counts, left_out: 0 };
        let mut roots = vec![run.root];
        while let Some(root) = roots.pop() {
            let subflows = store.subflows(root)?;
            roots.extend(subflows.iter().map(|subflow| subflow.id));
            let called = store.calls(root, limit)?;
            let counts = store.counts(root)?;
            let all: u64 = counts.iter().map(|count| count.runs).sum();
            calls.left_out += all.saturating_sub(u64::try_from(called.len()).unwrap_or(u64::MAX));
            if root == run.root {
                calls.counts = counts;
            }
            for call in called.into_iter().chain(subflows) {
                calls.names.insert(call.id, history::line(&call.name));
                if let Some(parent) = call.parent {
                    calls.by_parent.entry(parent).or_default().push(call);
                }
            }
        }
        for called in calls.by_parent.values_mut() {
            called.sort_by_key(|call| call.started);
        }
        Ok(calls)
    }

    /// All of them.
    pub(super) fn all(&self) -> impl Iterator<Item = &RunRecord> {
        let mut all: Vec<_> = self.by_parent.values().flatten().collect();
        all.sort_by_key(|call| call.id);
        all.into_iter()
    }

    /// The names of the runs that a run has waited for; nothing where it has waited for none.
    pub(super) fn waited_for(&self, run: &RunRecord) -> String {
        let name = |id: &RunId| self.names.get(id).cloned().unwrap_or_else(|| id.to_string());
        let mut names: Vec<_> = run.waited_for.iter().take(NAMED).map(name).collect();
        if run.waited_for.len() > NAMED {
            names.push(format!("{} more", run.waited_for.len() - NAMED));
        }
        names.join(", ")
    }

    /// The tree below a run; nothing where it called nothing.
    pub(super) fn render(&self, run: &RunRecord, paint: Paint, width: Option<usize>) -> String {
        let mut table = Table::new(["CALL", "ID", "STATE", "TOOK", "MESSAGE"]);
        self.branch(run.id, "", paint, &mut table);
        if table.is_empty() {
            return String::new();
        }
        let table = table.render(paint, width);
        if self.left_out == 0 {
            return format!("\n{table}");
        }
        let counts: Vec<_> =
            self.counts.iter().map(|count| format!("{} {}", count.runs, count.state_name)).collect();
        format!("\n{table}and {} more; `--all` shows them: {}\n", self.left_out, counts.join(", "))
    }

    fn branch(&self, parent: RunId, indent: &str, paint: Paint, table: &mut Table<5>) {
        let called = self.by_parent.get(&parent).map(Vec::as_slice).unwrap_or_default();
        for (index, call) in called.iter().enumerate() {
            let is_last = index + 1 == called.len();
            let [inner, last, beside, below] = INDENT;
            let (mark, deeper) = if is_last { (last, below) } else { (inner, beside) };
            let attempts =
                if call.run_count > 1 { format!(", {} attempts", call.run_count) } else { String::new() };
            table.row([
                format!("{indent}{mark}{}", history::line(&call.name)),
                history::short(call.root, call.sequence),
                colored(call, paint) + &attempts,
                call.took().map(|took| Rounded(took).to_string()).unwrap_or_default(),
                match &call.message {
                    Some(message) => history::line(message),
                    None if call.waited_for.is_empty() => String::new(),
                    None => format!("waited for {}", self.waited_for(call)),
                },
            ]);
            self.branch(call.id, &format!("{indent}{deeper}"), paint, table);
        }
    }
}

/// The name of a state, in its colour.
pub(super) fn colored(run: &RunRecord, paint: Paint) -> String {
    let name = history::line(&run.state_name);
    match run.state_type {
        StateType::Completed => paint.green(&name),
        StateType::Failed | StateType::Crashed => paint.red(&name),
        StateType::Running => paint.cyan(&name),
        _ => paint.yellow(&name),
    }
}
