//! States that code makes, to say how its run is to end.

use super::{State, StateName};

/// A task or flow that returns such a state ends in it:
///
/// ```
/// # use autotune::prelude::*;
/// #[task]
/// async fn load(rows: Option<u32>) -> State<u32> {
///     match rows {
///         Some(rows) => State::completed(rows).with_message("loaded"),
///         None => State::failed("there is no table"),
///     }
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let state = load(None).state().await;
/// assert!(state.is_failed());
/// assert_eq!(state.message(), Some("there is no table"));
/// # });
/// # std::io::Result::Ok(())
/// ```
impl<R> State<R> {
    /// Ended with this result.
    #[must_use]
    pub fn completed(result: R) -> Self {
        State { result: Some(result), ..State::made(StateName::Completed, None) }
    }

    /// Ended with an error.
    #[must_use]
    pub fn failed(message: impl Into<String>) -> Self {
        State::made(StateName::Failed, Some(message.into()))
    }

    /// Ended by something that is no error of the function.
    #[must_use]
    pub fn crashed(message: impl Into<String>) -> Self {
        State::made(StateName::Crashed, Some(message.into()))
    }

    /// Ended because somebody asked for it.
    #[must_use]
    pub fn cancelled(message: impl Into<String>) -> Self {
        State::made(StateName::Cancelled, Some(message.into()))
    }

    /// Waits for somebody to resume it.
    #[must_use]
    pub fn paused(message: impl Into<String>) -> Self {
        State::made(StateName::Paused, Some(message.into()))
    }

    /// With this result, whatever the state.
    #[must_use]
    pub fn with_result(self, result: R) -> Self {
        State { result: Some(result), ..self }
    }

    /// With this message, whatever the state.
    #[must_use]
    pub fn with_message(self, message: impl Into<String>) -> Self {
        State { message: Some(message.into()), ..self }
    }

    fn made(name: StateName, message: Option<String>) -> Self {
        State { name, run_count: 0, message, result: None, by_hand: true }
    }
}
