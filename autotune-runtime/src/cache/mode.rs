//! Whether the calls of this process use the cache: a switch over all of them.

use std::sync::atomic::{AtomicU8, Ordering};

use crate::environment::{self, Lookup};

/// How calls use the cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
#[non_exhaustive]
pub enum Mode {
    /// A kept result is used, a new one is kept.
    Use = 0,
    /// Bodies run even if there is a kept result, and the new one is kept. A call
    /// with [`use_cache`](crate::call::Call::use_cache) still uses what is kept.
    Refresh = 1,
    /// Nothing is looked up and nothing is kept, whatever a call says.
    Off = 2,
}

/// Before anybody has chosen or asked.
const UNREAD: u8 = u8::MAX;

static MODE: AtomicU8 = AtomicU8::new(UNREAD);

/// How the calls of this process use the cache.
///
/// Unless [`set_mode`] has said it, the environment does, which is read once:
/// `AUTOTUNE_TASKS_DISABLE_CACHING=true` is [`Mode::Off`],
/// `AUTOTUNE_TASKS_REFRESH_CACHE=true` is [`Mode::Refresh`], and without either it
/// is [`Mode::Use`].
#[inline]
#[must_use]
pub fn mode() -> Mode {
    Mode::from_byte(MODE.load(Ordering::Relaxed)).unwrap_or_else(read_mode)
}

/// Chooses how the calls that begin from now on use the cache, whatever the environment says.
///
/// For programs; a library leaves the choice to them.
pub fn set_mode(mode: Mode) {
    MODE.store(mode as u8, Ordering::Relaxed);
}

#[cold]
fn read_mode() -> Mode {
    let mode = Mode::from_environment(&environment::read);
    match MODE.compare_exchange(UNREAD, mode as u8, Ordering::Relaxed, Ordering::Relaxed) {
        Ok(_) => mode,
        // Somebody has chosen in the meantime.
        Err(chosen) => Mode::from_byte(chosen).unwrap_or(mode),
    }
}

impl Mode {
    fn from_environment(lookup: Lookup<'_>) -> Self {
        if environment::is_on("AUTOTUNE_TASKS_DISABLE_CACHING", lookup) {
            Mode::Off
        } else if environment::is_on("AUTOTUNE_TASKS_REFRESH_CACHE", lookup) {
            Mode::Refresh
        } else {
            Mode::Use
        }
    }

    #[inline]
    fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            0 => Some(Mode::Use),
            1 => Some(Mode::Refresh),
            2 => Some(Mode::Off),
            _ => None,
        }
    }

    /// What holds for a call that has a mode of its own: it beats all but `Off`.
    #[inline]
    pub(crate) fn unless(self, call: Option<Mode>) -> Mode {
        match self {
            Mode::Off => Mode::Off,
            Mode::Use | Mode::Refresh => call.unwrap_or(self),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Mode;

    #[test]
    fn the_environment_says_how_the_cache_is_used() {
        let with = |on: &'static [&'static str]| {
            Mode::from_environment(&move |name| on.contains(&name).then(|| "true".into()))
        };
        assert_eq!(with(&[]), Mode::Use);
        assert_eq!(with(&["AUTOTUNE_TASKS_REFRESH_CACHE"]), Mode::Refresh);
        assert_eq!(with(&["AUTOTUNE_TASKS_DISABLE_CACHING"]), Mode::Off);
        assert_eq!(with(&["AUTOTUNE_TASKS_REFRESH_CACHE", "AUTOTUNE_TASKS_DISABLE_CACHING"]), Mode::Off);
    }
}
