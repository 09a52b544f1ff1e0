//! Which process this is, and whether another one still runs.
//!
//! Where two processes count processes alike, on one Linux system since it was
//! started, the system knows. Elsewhere a process that has not said for a while
//! that it lives is taken for dead: see [`silence`](super::silence).

use std::fs;

/// A process, as the database has it.
#[derive(Debug, Clone)]
pub(super) struct Identity {
    pub(super) pid: u32,
    /// Where, and since when, the numbers of processes count; nothing where that is not known.
    pub(super) machine: Option<String>,
    /// When the process was started, by a clock of that machine.
    pub(super) pid_started: Option<i64>,
}

impl Identity {
    /// This process.
    pub(super) fn of_this_process() -> Self {
        let pid = std::process::id();
        Identity { pid, machine: machine(), pid_started: started(pid) }
    }

    /// Whether the process lives, where the system knows: it knows of those beside `here`.
    pub(super) fn is_alive(&self, here: &Identity) -> Option<bool> {
        let is_known = self.is_beside(here) && self.pid_started.is_some();
        is_known.then(|| started(self.pid) == self.pid_started)
    }

    /// Whether both count processes alike, so that one knows of the other.
    fn is_beside(&self, other: &Identity) -> bool {
        self.machine.is_some() && self.machine == other.machine
    }
}

/// What tells this machine, since it was started, from others: containers count processes on their own.
fn machine() -> Option<String> {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let namespace = fs::read_link("/proc/self/ns/pid").ok()?;
    Some(format!("{} {}", boot.trim(), namespace.display()))
}

/// When the process of this number was started, in ticks since the machine was; `None` if there is none.
fn started(pid: u32) -> Option<i64> {
    start_time(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

/// The time in `/proc/PID/stat`. The name of the program stands in it in parentheses, and may hold anything.
fn start_time(stat: &str) -> Option<i64> {
    const STATE: usize = 0;
    const START_TIME: usize = 19;
    let (_, behind_name) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = behind_name.split_whitespace().collect();
    // One that has ended is listed until its parent has noticed.
    let has_ended = matches!(fields.get(STATE), Some(&("Z" | "X")));
    if has_ended { None } else { fields.get(START_TIME)?.parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::{Identity, start_time};

    const STAT: &str = "17 (a) b) S 1 17 17 0 -1 4194560 9 0 0 0 1 2 0 0 20 0 1 0 4711 1 2 3";

    fn elsewhere() -> Identity {
        Identity { pid: 17, machine: Some("another boot".to_owned()), pid_started: Some(4711) }
    }

    #[test]
    fn the_start_of_a_process_is_read_whatever_it_is_called() {
        assert_eq!(start_time(STAT), Some(4711));
        assert_eq!(start_time(&STAT.replace(") S", ") Z")), None);
        assert_eq!(start_time("nonsense"), None);
    }

    #[test]
    fn of_a_process_of_elsewhere_the_system_knows_nothing() {
        assert_eq!(elsewhere().is_alive(&Identity::of_this_process()), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_process_of_this_machine_lives_as_long_as_the_system_knows_it() {
        let here = Identity::of_this_process();
        assert_eq!(here.is_alive(&here), Some(true));
        let later = Identity { pid_started: here.pid_started.map(|started| started - 1), ..here.clone() };
        assert_eq!(later.is_alive(&here), Some(false), "the number belongs to another process now");
    }
}
