//! Limits for all processes, set from code.

use std::sync::Arc;

use super::error::SetLimitError;
use super::queue::Limit;
use super::{Whose, set_limit, tags};
use crate::limit_record::NewLimit;
use crate::orchestrator::Orchestrator;

/// Lets at most `slots` of what is called `name` go on at a time, in all processes together.
///
/// The program's orchestrator keeps it, until [`remove_global`] or `limits delete` removes it. It does not hold in a
/// process that has set a limit of the same name by [`set`](super::set). What the orchestrator knows of its limits is
/// asked by [`Limits::limits`](crate::orchestrator::Limits::limits).
///
/// ```no_run
/// use autotune::{limits, orchestrator, prelude::*};
///
/// #[task(tags = ["database"])]
/// async fn query(sql: &str) -> anyhow::Result<usize> {
///     Ok(sql.len())
/// }
///
/// # async fn example() -> anyhow::Result<()> {
/// // The program has called `autotune::init()`.
/// limits::set_global("tag:database", 2).await?; // two queries at a time, whoever makes them
/// query("select 1").await?;
///
/// let orchestrator = orchestrator::installed().expect("`init` has installed it");
/// for limit in orchestrator.limits().await? {
///     println!("{}: {} of {} taken", limit.spec.name, limit.taken, limit.spec.limit);
/// }
/// # Ok(()) }
/// ```
pub async fn set_global(name: impl Into<String>, slots: u32) -> Result<(), SetLimitError> {
    set_record(NewLimit::new(name, slots), Limit::slots(count(slots))).await
}

/// Lets what is called `name` happen `slots` times at once, and `per_second` times a second after that, in all processes
/// together.
///
/// It is an error if `per_second` is not above 0.
pub async fn set_global_rate(
    name: impl Into<String>,
    slots: u32,
    per_second: f64,
) -> Result<(), SetLimitError> {
    let name = name.into();
    if per_second.is_nan() || per_second <= 0.0 {
        return Err(SetLimitError::NoRate { name, per_second });
    }
    let limit = Limit::rate(count(slots), per_second);
    set_record(NewLimit::rate(name, slots, per_second), limit).await
}

/// Removes a limit of all processes, and says whether there was one; what waits for it goes on.
pub async fn remove_global(name: &str) -> Result<bool, SetLimitError> {
    let whose = Whose::here();
    if whose.is_test() {
        return Ok(whose.queue().remove(name));
    }
    let removed = installed(&whose)?.delete_limit(name).await?;
    tags::changed(name, false);
    whose.queue().given_back();
    Ok(removed)
}

async fn set_record(record: NewLimit, of_test: Limit) -> Result<(), SetLimitError> {
    let whose = Whose::here();
    if whose.is_test() {
        set_limit(&whose, record.name, of_test);
        return Ok(());
    }
    let name = record.name.clone();
    installed(&whose)?.set_limit(record).await?;
    tags::changed(&name, true);
    // Those that wait for it may have more room now.
    whose.queue().given_back();
    Ok(())
}

fn installed(whose: &Whose) -> Result<Arc<dyn Orchestrator>, SetLimitError> {
    whose.orchestrator().ok_or(SetLimitError::NoOrchestrator)
}

fn count(slots: u32) -> usize {
    usize::try_from(slots).unwrap_or(usize::MAX)
}
