//! One run, by its id or a part of it.

use rusqlite::{OptionalExtension, Transaction, params};

use super::runs;
use super::{Store, StoreError, sql};
use crate::id::RunId;
use crate::record::RunRecord;

/// How many runs are named where a part of an id stands for several.
const NAMED: usize = 5;

/// Why a run was not found.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FindError {
    /// There is none.
    #[error("no run has the id `{0}`; `runs ls` shows those there are")]
    Unknown(String),
    /// There are several.
    #[error("`{part}` is a part of several ids: {}; write more of it", .ids.join(", "))]
    Ambiguous {
        /// The part of an id.
        part: String,
        /// The first ids that it is a part of.
        ids: Vec<String>,
    },
    /// The database cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A part of the id of a root run, and the number of a call in it.
struct Part<'a> {
    /// Lower case, without hyphens.
    digits: String,
    call: u32,
    written: &'a str,
}

impl Store {
    /// The run of this id.
    pub fn run(&self, id: RunId) -> Result<Option<RunRecord>, StoreError> {
        self.read(|transaction| by_id(transaction, id))
    }

    /// The run of this id, or of a part of it that no other has: its beginning or its end, and behind a dot the
    /// number of a call in it, as in `5f3a91c0.12`.
    pub fn find(&self, written: &str) -> Result<RunRecord, FindError> {
        let unknown = || FindError::Unknown(written.to_owned());
        if let Ok(id) = written.parse() {
            return self.run(id)?.ok_or_else(unknown);
        }
        let part = Part::read(written).ok_or_else(unknown)?;
        let roots = self.read(|transaction| by_part(transaction, &part.digits))?;
        match roots.as_slice() {
            [] => Err(unknown()),
            [root] => self.run(root.of_call(part.call))?.ok_or_else(unknown),
            several => Err(FindError::Ambiguous {
                part: part.written.to_owned(),
                ids: several.iter().take(NAMED).map(ToString::to_string).collect(),
            }),
        }
    }
}

impl<'a> Part<'a> {
    fn read(written: &'a str) -> Option<Self> {
        let (part, call) = match written.split_once('.') {
            Some((part, call)) => (part, call.parse().ok()?),
            None => (written, 0),
        };
        let digits: String = part.to_ascii_lowercase().split('-').collect();
        let is_hex = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        is_hex.then_some(Part { digits, call, written: part })
    }
}

pub(super) fn by_id(transaction: &Transaction<'_>, id: RunId) -> rusqlite::Result<Option<RunRecord>> {
    let Some((root, uuid)) = root_of(transaction, id)? else { return Ok(None) };
    let Some(sequence) = id.call_in(uuid) else { return Ok(None) };
    transaction.query_row(sql::RUN_OF_NUMBER, params![root, sequence], runs::read).optional()
}

/// The root run that this is the id of, or that this is the id of a call in.
pub(super) fn root_of(transaction: &Transaction<'_>, id: RunId) -> rusqlite::Result<Option<(i64, RunId)>> {
    let row =
        transaction.query_row(sql::ROOT_OF_STEM, [id.stem()], |row| Ok((row.get(0)?, runs::id(row, 1)?)));
    row.optional()
}

fn by_part(transaction: &Transaction<'_>, digits: &str) -> rusqlite::Result<Vec<RunId>> {
    let mut statement = transaction.prepare_cached(sql::ROOTS_OF_PART)?;
    let several = i64::try_from(NAMED).unwrap_or(i64::MAX);
    statement.query_map(params![digits, several], |row| runs::id(row, 0))?.collect()
}
