//! Recording, as the environment says.

use std::sync::Arc;

use autotune_runtime::embedded::{
    HomeError, Store, StoreError, StoreOptions, StoreRecorder, database_of_process,
};
use autotune_runtime::recorder::{self, InstallError};
use autotune_runtime::{orchestrator, variables};

/// Why history is not recorded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InitError {
    /// There is no place for it.
    #[error(transparent)]
    Home(#[from] HomeError),
    /// The database is not as it should be.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The program records with something else already.
    #[error(transparent)]
    Install(#[from] InstallError),
    /// Variables are kept somewhere else already.
    #[error(transparent)]
    Variables(#[from] variables::InstallError),
    /// There can be no thread that hears what other processes ask of these runs.
    #[error("the thread of the history cannot be started: {0}")]
    Thread(std::io::Error),
}

/// Records, from now on, what happens in the runs of this process, into the database in `AUTOTUNE_HOME`, and
/// keeps [`variables`] there.
///
/// Results of functions with `persist_result` are kept there as well.
///
/// That is `autotune.db`, in the platform's folder for data where the variable is not set, as
/// `~/.local/share/autotune` is on Linux. The command line calls this; any other program does
/// when it starts, if it wants a history. What the code of runs logs is a part of it if
/// [`RunLayer`](crate::log::RunLayer) is among the subscriber's layers. A library never calls it.
///
/// ```no_run
/// # use autotune::prelude::*;
/// use tracing_subscriber::prelude::*;
///
/// # #[flow] async fn analyse() {}
/// #[tokio::main]
/// async fn main() -> anyhow::Result<()> {
///     tracing_subscriber::registry().with(autotune::log::RunLayer).init();
///     autotune::init()?;
///     analyse().await;
///     Ok(())
/// }
/// ```
pub fn init() -> Result<Store, InitError> {
    init_with(StoreOptions::default())
}

/// As [`init`], with a store that behaves as `options` say.
pub fn init_with(options: StoreOptions) -> Result<Store, InitError> {
    let store = Store::open_with(database_of_process()?, options)?;
    // All is opened before anything is installed: half a history would be worse than none.
    let (recorder, results) = (store.recorder()?, store.results()?);
    install(recorder)?;
    variables::install(store.variables())?;
    // Where the program has installed another store of results, or another orchestrator, that one is asked.
    let _ = autotune_runtime::results::install(results);
    let _ = orchestrator::install(Arc::new(store.orchestrator()));
    store.listen().map_err(InitError::Thread)?;
    Ok(store)
}

fn install(recorder: StoreRecorder) -> Result<(), InstallError> {
    #[cfg(feature = "metrics")]
    let recorder = autotune_runtime::metrics::Counted::new(recorder);
    recorder::install(recorder)
}
