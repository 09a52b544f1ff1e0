//! Panics as a part of the log of their run.

use std::panic::{self, PanicHookInfo};
use std::sync::Arc;

use super::View;

type Hook = Box<dyn Fn(&PanicHookInfo<'_>) + Send + Sync>;

/// While it lives, panics are logged; afterwards they are told as before.
pub(super) struct Panics {
    before: Arc<Hook>,
}

impl Panics {
    /// With `RUST_BACKTRACE` they are told as before as well.
    pub(super) fn log(view: Arc<View>) -> Self {
        let before: Arc<Hook> = Arc::new(panic::take_hook());
        let backtrace = std::env::var_os("RUST_BACKTRACE").filter(|value| *value != "0");
        let backtrace = backtrace.map(|_| Arc::clone(&before));
        panic::set_hook(Box::new(move |panic| {
            log(panic);
            if let Some(before) = &backtrace {
                view.suspended(|| before(panic));
            }
        }));
        Panics { before }
    }
}

impl Drop for Panics {
    fn drop(&mut self) {
        // A thread that panics cannot set the hook.
        if !std::thread::panicking() {
            let before = Arc::clone(&self.before);
            panic::set_hook(Box::new(move |panic| before(panic)));
        }
    }
}

fn log(panic: &PanicHookInfo<'_>) {
    let message = panic.payload_as_str().unwrap_or("a value that is not text");
    let place = panic.location().map(|place| format!(" at {}:{}", place.file(), place.line()));
    tracing::error!(target: "autotune::panic", "Panicked{}: {message}", place.unwrap_or_default());
}
