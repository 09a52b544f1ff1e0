//! The identity of a run.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use crate::record::StateRecord;
use crate::state::{StateName, StateType};

/// The id of a flow run or a task run: a UUID of version 7, as Prefect's.
///
/// It is made only when somebody asks for it. The id of a task run is derived
/// from that of the flow run and from the order of the calls, so that both
/// sides of a record agree on it without having talked.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RunId(Uuid);

impl RunId {
    /// A new id, later than those before it.
    #[must_use]
    pub fn new() -> Self {
        RunId(Uuid::now_v7())
    }

    /// The id of call number `sequence` in the run of this id; call 0 is the run itself.
    #[must_use]
    pub fn of_call(self, sequence: u32) -> Self {
        if sequence == 0 {
            return self;
        }
        let mut bytes = *self.0.as_bytes();
        let [a, b, c, d] = sequence.to_be_bytes();
        // Behind the time stamp stand 4 bits of version, 12 and 62 random bits. The number takes the
        // foremost 32 of those that are free, so that the ids of a flow run sort in order of its calls.
        bytes[6] = 0x70 | (a >> 4);
        bytes[7] = (a << 4) | (b >> 4);
        bytes[8] = 0x80 | ((b << 2) & 0x3c) | (c >> 6);
        bytes[9] = (c << 2) | (d >> 6);
        bytes[10] = (d << 2) | (bytes[10] & 0x03);
        RunId(Uuid::from_bytes(bytes))
    }

    /// The number of the call that this is the id of, if it is one in the run `root`; 0 is the run itself.
    #[must_use]
    pub fn call_in(self, root: RunId) -> Option<u32> {
        if self == root {
            return Some(0);
        }
        let [.., six, seven, eight, nine, ten, _, _, _, _, _] = *self.0.as_bytes();
        let number = u32::from_be_bytes([
            (six << 4) | (seven >> 4),
            (seven << 4) | ((eight & 0x3c) >> 2),
            (eight << 6) | (nine >> 2),
            (nine << 6) | (ten >> 2),
        ]);
        (number > 0 && root.of_call(number) == self).then_some(number)
    }

    /// What the ids of a run and of the calls in it have in common, and others have not.
    #[must_use]
    pub fn stem(self) -> [u8; 12] {
        let mut stem = [0; 12];
        let (time, random) = stem.split_at_mut(6);
        time.copy_from_slice(&self.0.as_bytes()[..6]);
        random.copy_from_slice(&self.0.as_bytes()[10..]);
        // The number of a call ends in this byte.
        random[0] &= 0x03;
        stem
    }

    /// The id as a UUID.
    #[must_use]
    pub fn as_uuid(&self) -> &Uuid {
        &self.0
    }
}

/// A flow run that there is already, and that starts now: one that is resumed, or was made for later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownRun {
    /// Its id.
    pub id: RunId,
    /// How often its body was started before.
    pub run_count: u32,
    /// The highest number of a call that was made in it before: the next ones count on from there.
    pub calls: u32,
    /// How often it was suspended and resumed: the starts that came of it are no retries.
    pub resumptions: u32,
    /// Whether it was suspended last, so that nothing failed before this start.
    pub is_resumed: bool,
}

impl KnownRun {
    /// A run that has not been started before.
    #[must_use]
    pub fn new(id: RunId) -> Self {
        KnownRun { id, run_count: 0, calls: 0, resumptions: 0, is_resumed: false }
    }

    /// Tells starts after a suspension from retries, by the states that the run was in.
    #[must_use]
    pub fn with_states(mut self, states: &[StateRecord]) -> Self {
        let resumed = states.iter().filter(|state| state.state_name == StateName::Resuming.as_str());
        self.resumptions = u32::try_from(resumed.count()).unwrap_or(u32::MAX);
        // Since then it was scheduled and claimed.
        let has_run =
            |state: &&StateRecord| !matches!(state.state_type, StateType::Scheduled | StateType::Pending);
        let last = states.iter().rfind(has_run);
        self.is_resumed = last.is_some_and(|state| state.state_name == StateName::Suspended.as_str());
        self
    }
}

impl Default for RunId {
    fn default() -> Self {
        RunId::new()
    }
}

impl From<Uuid> for RunId {
    fn from(id: Uuid) -> Self {
        RunId(id)
    }
}

impl FromStr for RunId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        text.parse().map(RunId)
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::RunId;
    use std::collections::BTreeSet;

    #[test]
    fn the_ids_of_a_flow_run_sort_in_order_of_its_calls_and_stay_version_7() {
        let flow = RunId::new();
        let calls: Vec<u32> = (1..2000).chain([1 << 20, 1 << 31, u32::MAX]).collect();
        let ids: Vec<RunId> = calls.iter().map(|&call| flow.of_call(call)).collect();
        assert!(ids.is_sorted());
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), calls.len());
        assert!(ids.iter().all(|id| id.stem() == flow.stem()));
        assert!(calls.iter().zip(&ids).all(|(&call, id)| id.call_in(flow) == Some(call)));
        assert_eq!((flow.call_in(flow), RunId::new().call_in(flow)), (Some(0), None));
        assert_ne!(RunId::new().stem(), flow.stem());
        assert!(ids.iter().all(|id| id.as_uuid().get_version_num() == 7));
        assert!(ids.iter().all(|id| id.as_uuid().get_variant() == uuid::Variant::RFC4122));
    }
}
