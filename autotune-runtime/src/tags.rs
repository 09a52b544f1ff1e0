//! Tags for all runs that are called in some code.

use crate::surroundings::{Surroundings, Within};

/// Gives these tags to every run that is called in `code`, however deep: Prefect's `with tags(..)`.
///
/// Inside of each other the tags add up. They also take the slots of the limits
/// named `tag:<tag>`, as a run's own tags do: see [`limits`](crate::limits).
///
/// ```
/// # use autotune::{prelude::*, tags};
/// #[task(tags = ["io"])]
/// async fn load() -> Vec<String> {
///     autotune::run().map(|run| run.tags().to_vec()).unwrap_or_default()
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let seen = tags(["nightly"], async { load().await }).await;
/// assert_eq!(seen, ["io", "nightly"]);
/// # });
/// # std::io::Result::Ok(())
/// ```
pub fn tags<F: Future>(tags: impl IntoIterator<Item = impl Into<String>>, code: F) -> Within<F> {
    Within::new(Surroundings::here().tagged(tags.into_iter().map(Into::into)), code)
}
