//! Profile records in memory, with everything that can go wrong on the way to them.

use std::sync::{Mutex, MutexGuard};

use autotune_tasks::{
    nightscout::{CredentialKind, NightscoutError},
    sync::ProfileRecords,
};
use serde_json::{Value, json};

/// How a write ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Write {
    Works,
    /// The role of the token does not allow it.
    Forbidden,
    /// The server says 500 without storing anything.
    Fails,
    /// The record is stored, the answer never comes.
    CutOffAfterStoring,
    /// The record is not stored, and no answer comes.
    CutOffBeforeStoring,
    /// The connection breaks, and so does every one after it.
    CutOffForGood,
    /// Stored, and nothing can be read after it.
    StoredUnreadable,
    StoredTwice,
    /// Something on the way changes a value.
    StoredChanged,
    /// The server says yes and does nothing.
    Swallowed,
    /// Another program writes right after.
    Overtaken,
}

pub(crate) const ALL: [Write; 11] = [
    Write::Works,
    Write::Forbidden,
    Write::Fails,
    Write::CutOffAfterStoring,
    Write::CutOffBeforeStoring,
    Write::CutOffForGood,
    Write::StoredUnreadable,
    Write::StoredTwice,
    Write::StoredChanged,
    Write::Swallowed,
    Write::Overtaken,
];

pub(crate) struct Memory {
    write: Write,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) records: Vec<Value>,
    pub(crate) switches: Vec<Value>,
    pub(crate) posts: usize,
    is_gone: bool,
}

impl Memory {
    pub(crate) fn new(write: Write, records: &[Value]) -> Self {
        Self { write, state: Mutex::new(State { records: records.to_vec(), ..State::default() }) }
    }

    /// How many writes came, and how many records there are.
    pub(crate) fn counts(&self) -> (usize, usize) {
        let state = self.state();
        (state.posts, state.records.len())
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no test has panicked")
    }
}

impl State {
    fn store(&mut self, record: &Value) {
        assert_eq!(record.get("_id"), None);
        let mut stored = record.clone();
        stored["_id"] = json!(format!("{:024x}", self.records.len()));
        self.records.insert(0, stored);
    }
}

impl ProfileRecords for Memory {
    async fn profiles(&self) -> Result<Vec<Value>, NightscoutError> {
        let state = self.state();
        if state.is_gone {
            return Err(NightscoutError::Unreachable { reason: "gone".to_owned() });
        }
        Ok(state.records.clone())
    }

    async fn profile_switches(&self) -> Result<Vec<Value>, NightscoutError> {
        Ok(self.state().switches.clone())
    }

    async fn create_profile(&self, record: &Value) -> Result<Vec<Value>, NightscoutError> {
        let mut state = self.state();
        state.posts += 1;
        let cut_off = Err(NightscoutError::BrokenOff { what: "stored profiles" });
        match self.write {
            Write::Works => state.store(record),
            Write::Forbidden => return Err(NightscoutError::Unauthorized(CredentialKind::AccessToken)),
            Write::Fails => return Err(NightscoutError::Server { status: 500, what: "stored profiles" }),
            Write::CutOffAfterStoring => {
                state.store(record);
                return cut_off;
            }
            Write::CutOffBeforeStoring => return cut_off,
            Write::CutOffForGood => {
                state.is_gone = true;
                return cut_off;
            }
            Write::StoredUnreadable => {
                state.store(record);
                state.is_gone = true;
            }
            Write::StoredTwice => {
                state.store(record);
                state.store(record);
            }
            Write::StoredChanged => {
                let mut changed = record.clone();
                changed["store"]["Autotune"]["sens"][0]["value"] = json!("5");
                let own = changed["defaultProfile"].as_str().expect("a name").to_owned();
                changed["store"][own]["dia"] = json!("60");
                state.store(&changed);
            }
            Write::Swallowed => (),
            Write::Overtaken => {
                state.store(record);
                let mut other = record.clone();
                other["startDate"] = json!("2024-05-20T10:11:13.000Z");
                other["enteredBy"] = json!("Loop");
                state.store(&other);
            }
        }
        Ok(vec![record.clone()])
    }
}
