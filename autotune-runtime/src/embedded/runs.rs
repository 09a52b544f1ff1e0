//! Which runs there are.

use std::cmp::Ordering;

use jiff::Timestamp;
use rusqlite::types::{Type, Value};
use rusqlite::{Row, Transaction, params, params_from_iter};
use uuid::Uuid;

use super::{Store, StoreError, sql};
use crate::definition::Kind;
use crate::id::RunId;
use crate::record::{RunFilter, RunRecord, StateFilter, Waiting, WaitingRuns};
use crate::state::StateType;

impl RunFilter {
    /// The statement, and its values; for the runs of one definition, or of all.
    ///
    /// Of one definition, the index gives the latest runs first; those of several would have to be sorted, all of them.
    fn statement(&self, definition: Option<i64>) -> (String, Vec<Value>) {
        let (mut rules, mut values) = self.rules_but_the_definition();
        if let Some(definition) = definition {
            rules.push(if self.is_of_few() { sql::OF_DEFINITION_AMONG_FEW } else { sql::OF_DEFINITION });
            values.push(definition.into());
        }
        let order = match self.waiting {
            Waiting::Only => sql::NEXT,
            _ if self.roots_only => sql::LATEST_ROOTS,
            _ => sql::LATEST,
        };
        // To SQLite, -1 is no limit.
        values.push(self.limit.map_or(-1, i64::from).into());
        (sql::runs_that(&rules, order), values)
    }

    /// What holds for the runs, and its values.
    fn rules(&self) -> (Vec<&'static str>, Vec<Value>) {
        let (mut rules, mut values) = self.rules_but_the_definition();
        if let Some((kind, name)) = &self.definition {
            rules.push(sql::HAS_DEFINITION);
            values.extend([kind.as_str().to_owned().into(), name.clone().into()]);
        }
        (rules, values)
    }

    fn rules_but_the_definition(&self) -> (Vec<&'static str>, Vec<Value>) {
        let (mut rules, mut values) = (Vec::new(), Vec::new());
        if self.roots_only {
            rules.push(sql::IS_ROOT);
        }
        if let Some(root) = self.root {
            rules.push(sql::OF_ROOT);
            values.push(root.stem().to_vec().into());
        }
        if let Some(deployment) = self.deployment {
            rules.push(sql::OF_DEPLOYMENT);
            values.push(deployment.0.as_bytes().to_vec().into());
        }
        if let Some(name) = &self.name {
            rules.push(sql::HAS_NAME);
            values.push(glob(name).into());
        }
        match &self.state {
            Some(StateFilter::Type(state)) => {
                rules.push(sql::HAS_STATE_TYPE);
                values.push(state.as_str().to_owned().into());
            }
            Some(StateFilter::Name(name)) => {
                rules.push(if is_special(name) { sql::HAS_SPECIAL_STATE_NAME } else { sql::HAS_STATE_NAME });
                values.push(name.clone().into());
            }
            None => {}
        }
        rules.extend(match self.waiting {
            Waiting::Shown => None,
            Waiting::Hidden => Some(sql::IS_NOT_WAITING),
            Waiting::Only => Some(sql::IS_WAITING),
        });
        let (since, until) = if self.roots_only {
            (sql::ROOT_SINCE, sql::ROOT_BEFORE)
        } else {
            (sql::STARTED_SINCE, sql::STARTED_BEFORE)
        };
        for (time, rule) in [(self.since, since), (self.until, until)] {
            if let Some(time) = time {
                rules.push(rule);
                values.push(nanoseconds(time).into());
            }
        }
        (rules, values)
    }

    /// Whether fewer runs are in such a state than there may be of one definition.
    fn is_of_few(&self) -> bool {
        match &self.state {
            // There is an index on the state of the root runs of one definition.
            Some(StateFilter::Type(state)) => *state != StateType::Completed && !self.roots_only,
            Some(StateFilter::Name(name)) => is_special(name),
            None => false,
        }
    }

    /// The order in which runs are given.
    fn compare(&self, one: &RunRecord, other: &RunRecord) -> Ordering {
        let number = |run: &RunRecord| (run.root, run.sequence);
        if self.waiting == Waiting::Only {
            return (one.due, number(one)).cmp(&(other.due, number(other)));
        }
        // What has not started has no place in time, unless it is a root run.
        let time = |run: &RunRecord| run.started.or(self.roots_only.then_some(run.state_at));
        (time(other), number(other)).cmp(&(time(one), number(one)))
    }
}

/// Whether the name of a state is another than that of its type.
fn is_special(name: &str) -> bool {
    !StateType::ALL.into_iter().any(|of| of.as_str().eq_ignore_ascii_case(name))
}

/// A name as SQLite's `GLOB` has it: of its signs, only `*` is meant.
fn glob(name: &str) -> String {
    name.replace('[', "[[]").replace('?', "[?]")
}

impl Store {
    /// The runs that a filter lets through, the latest first.
    pub fn runs(&self, filter: &RunFilter) -> Result<Vec<RunRecord>, StoreError> {
        self.read(|transaction| select(transaction, filter))
    }

    /// How many of the runs that a filter lets through wait for their time to begin.
    pub fn waiting(&self, filter: &RunFilter) -> Result<WaitingRuns, StoreError> {
        let filter = RunFilter { waiting: Waiting::Only, ..filter.clone() };
        let (rules, values) = filter.rules();
        self.read(|transaction| {
            let mut statement = transaction.prepare_cached(&sql::waiting_that(&rules))?;
            statement.query_row(params_from_iter(values), |row| {
                let (runs, late): (i64, i64) = (row.get(0)?, row.get(1)?);
                let next = row.get::<_, Option<i64>>(2)?.map(timestamp);
                Ok(WaitingRuns { runs: runs.unsigned_abs(), late: late.unsigned_abs(), next })
            })
        })
    }

    /// The runs below a flow run, subflows and itself among them, that have come into their present state since a
    /// time; in the order in which they did.
    pub fn changes(&self, root: RunId, since: Timestamp) -> Result<Vec<RunRecord>, StoreError> {
        self.read(|transaction| {
            let mut statement = transaction.prepare_cached(sql::CHANGES)?;
            statement.query_map(params![root.stem(), nanoseconds(since)], read)?.collect()
        })
    }
}

fn select(transaction: &Transaction<'_>, filter: &RunFilter) -> rusqlite::Result<Vec<RunRecord>> {
    let Some((kind, name)) = &filter.definition else { return select_of(transaction, filter, None) };
    let mut statement = transaction.prepare_cached(sql::DEFINITIONS)?;
    let definitions: Vec<i64> =
        statement.query_map(params![kind.as_str(), name], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut runs = Vec::new();
    for definition in definitions {
        runs.extend(select_of(transaction, filter, Some(definition))?);
    }
    runs.sort_by(|one, other| filter.compare(one, other));
    if let Some(limit) = filter.limit.and_then(|limit| usize::try_from(limit).ok()) {
        runs.truncate(limit);
    }
    Ok(runs)
}

fn select_of(
    transaction: &Transaction<'_>,
    filter: &RunFilter,
    definition: Option<i64>,
) -> rusqlite::Result<Vec<RunRecord>> {
    let (statement, values) = filter.statement(definition);
    let mut statement = transaction.prepare_cached(&statement)?;
    statement.query_map(params_from_iter(values), read)?.collect()
}

/// Reads a row of [`sql::SELECT_RUNS`].
pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<RunRecord> {
    let root = id(row, 0)?;
    let (sequence, parent) = (row.get(1)?, row.get(2)?);
    let parent = match (sequence, row.get::<_, Option<[u8; 16]>>(3)?) {
        (0, caller) => caller.map(|caller| RunId::from(Uuid::from_bytes(caller))),
        _ => Some(root.of_call(parent)),
    };
    let definition: String = row.get(5)?;
    let name = row.get::<_, Option<String>>(6)?.unwrap_or_else(|| format!("{definition}-{sequence}"));
    let tags = row.get::<_, Option<String>>(7)?;
    Ok(RunRecord {
        id: root.of_call(sequence),
        root,
        sequence,
        parent,
        kind: if row.get_ref(4)?.as_str()? == Kind::Flow.as_str() { Kind::Flow } else { Kind::Task },
        definition,
        name,
        tags: tags.and_then(|tags| serde_json::from_str(&tags).ok()).unwrap_or_default(),
        state_type: state_type(row, 8)?,
        state_name: row.get(9)?,
        state_at: timestamp(row.get(10)?),
        started: row.get::<_, Option<i64>>(11)?.map(timestamp),
        run_count: row.get(12)?,
        due: row.get::<_, Option<i64>>(13)?.map(timestamp),
        message: row.get(14)?,
        waited_for: row.get::<_, Option<String>>(15)?.map(|ids| ids_of(&ids)).unwrap_or_default(),
    })
}

/// The ids of a text that has them in hexadecimal digits, with a space between two.
fn ids_of(text: &str) -> Vec<RunId> {
    let mut ids: Vec<_> = text.split(' ').filter_map(|digits| digits.parse().ok()).collect();
    ids.sort_unstable();
    ids
}

/// The id of a root run.
pub(super) fn id(row: &Row<'_>, column: usize) -> rusqlite::Result<RunId> {
    row.get(column).map(|bytes| RunId::from(Uuid::from_bytes(bytes)))
}

pub(super) fn state_type(row: &Row<'_>, column: usize) -> rusqlite::Result<StateType> {
    let text = row.get_ref(column)?.as_str()?;
    let known = StateType::ALL.into_iter().find(|known| known.as_str() == text);
    known.ok_or_else(|| {
        let unknown = format!("`{text}` is no type of a state");
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, unknown.into())
    })
}

/// A date and time as the database has it; the first that it can have is in the year 1677, the last in 2262.
pub(super) fn nanoseconds(timestamp: Timestamp) -> i64 {
    let beyond = if timestamp < Timestamp::UNIX_EPOCH { i64::MIN } else { i64::MAX };
    i64::try_from(timestamp.as_nanosecond()).unwrap_or(beyond)
}

pub(super) fn timestamp(nanoseconds: i64) -> Timestamp {
    Timestamp::from_nanosecond(nanoseconds.into())
        .expect("64 bits of nanoseconds are within 300 years of 1970")
}

#[cfg(test)]
mod tests {
    use rusqlite::params_from_iter;

    use crate::clock;
    use crate::definition::Kind;
    use crate::embedded::Store;
    use crate::id::RunId;
    use crate::record::{RunFilter, StateFilter};
    use crate::state::StateType;

    /// How SQLite goes about a filter.
    fn plan(filter: &RunFilter) -> String {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path().join("autotune.db")).expect("a new database");
        let (statement, values) = filter.statement(filter.definition.is_some().then_some(1));
        let steps = store.read(|transaction| {
            let mut statement = transaction.prepare(&format!("EXPLAIN QUERY PLAN {statement}"))?;
            statement.query_map(params_from_iter(values), |row| row.get::<_, String>(3))?.collect()
        });
        let steps: Vec<String> = steps.expect("a statement that SQLite understands");
        steps.join("; ")
    }

    #[test]
    fn no_filter_reads_all_runs_or_sorts_them() {
        let now = Some(clock::now());
        let failed = Some(StateFilter::Type(StateType::Failed));
        let cached = Some(StateFilter::Name("Cached".into()));
        let flow = Some((Kind::Flow, "x".to_owned()));
        let recent = RunFilter { since: now, ..RunFilter::all() };
        for (filter, index) in [
            (RunFilter::all(), "run_by_time"),
            (RunFilter::roots(), "root_by_time"),
            (RunFilter { since: now, ..RunFilter::roots() }, "root_by_time"),
            (recent.clone(), "run_by_time"),
            (RunFilter { until: now, ..RunFilter::all() }, "run_by_time"),
            (RunFilter { state: failed.clone(), ..RunFilter::all() }, "run_by_state"),
            (RunFilter { state: failed.clone(), ..recent }, "run_by_state"),
            (RunFilter { state: cached.clone(), ..RunFilter::all() }, "run_by_special_state"),
            (RunFilter { state: cached, ..RunFilter::of_task("load") }, "run_by_special_state"),
            (RunFilter { state: failed, ..RunFilter::of_task("load") }, "run_by_state"),
            (RunFilter::of_task("load"), "run_by_definition"),
            (RunFilter { since: now, ..RunFilter::of_task("load") }, "run_by_definition"),
            (RunFilter { definition: flow.clone(), ..RunFilter::roots() }, "root_of_definition_by_time"),
            (RunFilter { definition: flow, since: now, ..RunFilter::roots() }, "root_of_definition_by_time"),
        ] {
            let plan = plan(&filter);
            assert!(plan.contains(index), "{filter:?}: {plan}");
            assert!(!plan.contains("TEMP B-TREE"), "{filter:?}: {plan}");
        }
        let of_root = plan(&RunFilter { root: Some(RunId::new()), ..RunFilter::all() });
        assert!(of_root.contains("PRIMARY KEY (root=?)"), "{of_root}");
    }
}
