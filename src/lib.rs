//! Workflows from plain functions.
//!
//! Put `#[task]` and `#[flow]` on functions: they keep their signature, their
//! output and their callers, and gain retries, timeouts, caching, run states and
//! logs.
//!
//! ```
//! use autotune::prelude::*;
//!
//! /// Load a page.
//! #[task(retries = 3, retry_delay = "10s", timeout = "1m")]
//! async fn load(url: &str) -> anyhow::Result<String> {
//!     info!(url, "loading");
//!     Ok(format!("the page at {url}"))
//! }
//!
//! /// Count the words of some pages.
//! #[flow]
//! async fn count_words(urls: Vec<String>) -> anyhow::Result<usize> {
//!     let mut words = 0;
//!     for url in &urls {
//!         words += load(url).await?.split_whitespace().count();
//!     }
//!     Ok(words)
//! }
//!
//! # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
//! assert_eq!(count_words(vec!["http://x".into()]).await?, 4);
//! # anyhow::Ok(()) })?;
//! # anyhow::Ok(())
//! ```
//!
//! Everything about [`#[task]`](macro@task) and [`#[flow]`](macro@flow) is written at the attributes.
//! [`prelude`] has what most files need.
//!
//! # What happened in a run
//!
//! Runs speak `tracing`: each is a span, and each new state an event, so any
//! subscriber shows them. [`recorder::install`] hands the history of all runs
//! to the program, with what their code has logged if [`log::RunLayer`] is among
//! the layers. A program that does neither pays for neither. With the feature
//! `sqlite`, `init()` keeps the history in one file, where the command line
//! finds it: see docs/history.md.
//!
//! # Features
//!
//! | feature | what it adds |
//! |---|---|
//! | `cli` | `autotune::cli`: a command line with every flow of the program |
//! | `sqlite` | `init` and `embedded`: the history of runs in one file; a part of `cli` |
//! | `metrics` | numbers about runs, for any exporter of the `metrics` facade |
//! | `prometheus` | `prometheus::listen`, and `serve --metrics`: those numbers, for a Prometheus server to fetch |
//! | `testing` | `testing` and `#[autotune::test]`: flows in virtual time, stubs, and what happened in them |
//! | `garde-email` | the rule `#[garde(email)]` |
//! | `garde-url` | the rule `#[garde(url)]` |
//! | `garde-pattern` | the rule `#[garde(pattern(..))]`, with regular expressions |
//!
//! None is on by default.

#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "sqlite")]
mod init;
pub mod prelude;
#[cfg(feature = "prometheus")]
pub mod prometheus;
#[cfg(feature = "cli")]
mod serve;

/// Makes a task of a function: a unit of work that is retried, timed, cached
/// and seen on its own.
///
/// One function goes in and one comes out. It keeps its name, its arguments and
/// its callers. A call of it is a [`TaskCall`], which is a future of the
/// function's own output. The function may be `async` or not, generic, a method,
/// and may borrow its arguments.
///
/// A task can be called anywhere, in a flow or outside of any. It does nothing
/// that nobody looks at: without a recorder or a `tracing` subscriber, a call
/// makes no ids, no names and no log lines.
///
/// # Options
///
/// | option | meaning | default |
/// |---|---|---|
/// | `name = "load"` | the name of the task | the function's name |
/// | `description = ".."` | what it is for | the doc comment |
/// | `version = "1.0.0"` | kept with the definition | none |
/// | `tags = ["io"]` | tags of every run | none |
/// | `task_run_name = "load {url}"` | the name of each run: a template, or an expression over the parameters | the task's name and a number |
/// | `retries = 3` | how often to try again after an `Err` | 0 |
/// | `retry_delay = "10s"` | how long to wait before each retry: a duration, a list, or `exponential(..)` | at once |
/// | `retry_jitter_factor = 0.5` | by how large a share each delay varies at random | 0 |
/// | `retry_condition = \|error\| ..` | which errors are tried again: a function of `&E` that returns `bool` | all |
/// | `timeout = "5m"` | how long each attempt may take | no limit |
/// | `cache_key = "{url}"` | what tells two calls apart: a template, or an expression over the parameters | nothing is cached |
/// | `cache_policy = INPUTS - "page"` | what the key is made of, in place of `cache_key`: `INPUTS`, `TASK_SOURCE`, `RUN_ID`, `DEFAULT` (all three), joined with `+`; or `NO_CACHE` | nothing is cached |
/// | `cache_expiration = "1h"` | how long a result is valid | for ever |
/// | `persist_result` | the result outlives the process, and a flow run that is resumed does not run the task again: see docs/resume.md | it does not |
/// | `on_running`, `on_completion`, `on_failure`, `on_crashed`, `on_cancellation` | a function, or a list of them, called in that state: see [Hooks](#hooks) | none |
/// | `blocking` | runs the body of a function that is not `async` where it may block | |
/// | `boxed` | puts the future on the heap, as recursion needs it | |
/// | `crate = path` | where `autotune` is, for a crate that re-exports it | `::autotune` |
///
/// A duration is a text with units, checked by the compiler: `"250ms"`, `"90s"`,
/// `"1h 30m"`, `"1.5s"`, `"7d"`. A constant expression of type
/// [`Duration`](std::time::Duration) will do as well.
///
/// Parameters may be marked `#[secret]`, and `#[garde(..)]` holds them to rules:
/// see [Secrets](#secrets) here, and [rules](macro@flow#parameters) at `#[flow]`.
///
/// # Calls
///
/// A call does nothing until it is awaited or submitted. Before that, its
/// methods choose how this one call runs.
///
/// | on a call | meaning |
/// |---|---|
/// | `.await` | runs it, and gives what the function returns |
/// | `.submit()` | runs it beside the code that follows; gives a [`TaskFuture`], a future of the output |
/// | `.state()` | runs it, and gives the [`State`] in which it ended: an `Err` or a panic is a part of it |
/// | `.raw()` | the undecorated function, for tests of the body alone |
/// | `.named("x")`, `.tag("x")` | the name of this run, a further tag |
/// | `.retries(5)`, `.retry_delay(d)` | other retries; the attribute must have `retries`, if only `retries = 0` |
/// | `.timeout(d)` | another timeout; `None` for no limit |
/// | `.refresh_cache()` | runs the body even if there is a cached result, and keeps the new one |
/// | `.use_cache()` | uses a cached result even where [all calls refresh theirs](cache::Mode::Refresh) |
/// | `.wait_for((&a, &b))` | starts when those submitted calls have completed; see [Interrupted](#timeouts) |
///
/// On an iterator of calls, `.submit_all()` submits all of them, and gives their
/// outputs in order.
///
/// Dropping a call that runs cancels it. Dropping the [`TaskFuture`] of a submitted
/// call does not: `drop(call.submit())` lets it run by itself, and
/// [`.cancel()`](TaskFuture::cancel) ends it.
///
/// ```
/// use autotune::prelude::*;
///
/// /// Count the words of a page.
/// #[task(tags = ["text"])]
/// async fn count_words(page: &'static str) -> Result<usize, String> {
///     match page.split_whitespace().count() {
///         0 => Err("the page is empty".to_owned()),
///         words => Ok(words),
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> anyhow::Result<()> {
/// assert_eq!(count_words("to be or not").await, Ok(4));
/// assert_eq!(count_words("to be or not").raw().await, Ok(4));
///
/// // Beside each other.
/// let (first, second) = (count_words("to be").submit(), count_words("or not to be").submit());
/// assert_eq!((first.await, second.await), (Ok(2), Ok(4)));
/// let all = ["to", "to be"].into_iter().map(count_words).submit_all().await;
/// assert_eq!(all, [Ok(1), Ok(2)]);
/// // A call is a future like any other.
/// let (first, second) = tokio::join!(count_words("to be"), count_words("or not"));
/// assert_eq!(first, second);
///
/// // How it ended, as a value.
/// let state = count_words("").named("the last page").state().await;
/// assert_eq!(state.name(), StateName::Failed);
/// assert_eq!(state.message(), Some("the page is empty"));
/// assert_eq!(state.into_result(), Some(Err("the page is empty".to_owned())));
/// # Ok(()) }
/// ```
///
/// What is submitted runs on threads of the tokio runtime, so its arguments must
/// be `Send` and owned (`'static`). What is awaited or joined may borrow.
///
/// A call belongs to the run in which it was made, also if it is then handed to
/// `tokio::spawn` or to a combinator. [`run()`](crate::run) tells code inside a
/// task which run that is.
///
/// # Retries
///
/// An attempt that ends with an `Err`, or is out of time, is tried again up to
/// `retries` times. A panic is not: the run has crashed, and the panic goes on
/// through whoever awaits it.
///
/// Each attempt gets its own arguments, so they must be `Clone`, as `&T` is.
///
/// The delay before a retry is the same each time, or one of a list whose last
/// repeats, or `exponential("1s")`: 1 s, 2 s, 4 s, …, with `max` never more than
/// that. Without one the retry starts at once.
///
/// With `retry_jitter_factor = f` a delay `d` is drawn at random from Prefect's
/// clamped distribution: never more than `d * (1 + f)`, never less than a share
/// of `d` that depends on `f` (0.63 for `f = 0.5`), and on average still `d`.
/// Programs that failed at the same moment so do not come back at the same moment.
///
/// ```
/// use std::sync::atomic::{AtomicU32, Ordering};
///
/// use autotune::prelude::*;
///
/// #[derive(Debug, PartialEq)]
/// struct HttpError(u16);
///
/// #[task(
///     retries = 3,
///     retry_delay = ["1s", "10s"],            // 1 s, 10 s, 10 s
///     retry_condition = |error| error.0 >= 500,
/// )]
/// async fn load(server: &AtomicU32, status: u16) -> Result<u32, HttpError> {
///     match server.fetch_add(1, Ordering::Relaxed) {
///         2 => Ok(autotune::run().map_or(0, |run| run.run_count())),
///         _ => Err(HttpError(status)),
///     }
/// }
///
/// #[task(retries = 5, retry_delay = exponential("1s", max = "1m"), retry_jitter_factor = 0.5)]
/// async fn busy() -> Result<(), HttpError> {
///     Err(HttpError(503))
/// }
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> anyhow::Result<()> {
/// assert_eq!(load(&AtomicU32::new(0), 503).await, Ok(3), "the third attempt");
/// assert_eq!(load(&AtomicU32::new(0), 404).await, Err(HttpError(404)), "the first attempt");
/// assert_eq!(busy().retries(1).state().await.run_count(), 2);
/// # Ok(()) }
/// ```
///
/// # Timeouts
///
/// Each attempt has this long; the delays between attempts do not count. The
/// body is dropped at the `.await` where it waits.
///
/// The call then has to give something back that the function did not return:
/// an [`Interrupted`]. So the error type must be `From<Interrupted>`, which
/// `anyhow::Error` and `Box<dyn Error + Send + Sync>` are already. The same
/// holds for `.wait_for(..)` of a run that does not complete, for a parameter
/// that breaks a rule, and for a submitted call that is cancelled. A task that
/// uses none of them needs no such error.
///
/// ```
/// use std::time::Duration;
///
/// use autotune::prelude::*;
///
/// #[derive(Debug, thiserror::Error)]
/// enum AskError {
///     #[error("nobody is there")]
///     Away,
///     #[error(transparent)]
///     Interrupted(#[from] Interrupted),
/// }
///
/// #[task(timeout = "1m 30s")]
/// async fn ask(minutes: u64) -> Result<u32, AskError> {
///     tokio::time::sleep(Duration::from_secs(60 * minutes)).await;
///     if minutes == 0 { Err(AskError::Away) } else { Ok(42) }
/// }
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> anyhow::Result<()> {
/// let error = ask(5).await.unwrap_err();
/// assert!(matches!(error, AskError::Interrupted(Interrupted::TimedOut(_))));
/// assert_eq!(error.to_string(), "timed out after 1m 30s");
/// assert_eq!(ask(5).state().await.name(), StateName::TimedOut);
/// assert_eq!(ask(5).timeout(Duration::from_secs(3600)).await?, 42);
///
/// // What waits for a call that fails does not start.
/// let nobody = ask(0).submit();
/// let state = ask(1).wait_for(&nobody).state().await;
/// assert_eq!((state.name(), state.run_count()), (StateName::NotReady, 0));
/// # Ok(()) }
/// ```
///
/// # Caching
///
/// With `cache_key` or `cache_expiration`, a result is kept in the memory of the
/// process, and later calls of the same key give it without running the body.
/// The key is one of three:
///
/// - a template: `cache_key = "{url}_{days}"`;
/// - an expression over the parameters, which must be `Hash`: `cache_key = (url, days)`;
/// - without `cache_key`, all parameters but the secret ones, which must be
///   `serde::Serialize`, and the source of the function.
///
/// A key belongs to its function: two tasks never share results, whatever their
/// keys. Only results are kept, never an `Err`. The result must be `Clone`; share
/// a large one as `Arc<T>`. The cache drops what was least used when it is full
/// (100 000 results; [`cache::configure`] says otherwise), and [`cache::clear`]
/// empties it. [`cache::set_mode`] lets all calls refresh what they find, or turns
/// caching off, as do the variables `AUTOTUNE_TASKS_REFRESH_CACHE` and
/// `AUTOTUNE_TASKS_DISABLE_CACHING`.
///
/// Of concurrent calls of one key, the first runs the body and the others wait
/// for it. If it fails, panics or is dropped, the next one takes its place.
///
/// So a call may wait for another: take care that it is not the one that holds
/// it up. A cached task that calls itself with the same key waits for ever, as
/// does code that polls one call, stops to poll it, and awaits a second of the
/// same key.
///
/// # Hooks
///
/// A hook is a function, `async` or not, that is called when a run comes into a state:
/// `on_running` before each attempt, `on_completion` with a result, its own or a cached
/// one, `on_failure` after the last attempt, `on_crashed` after a panic, and
/// `on_cancellation` where the run is dropped, or [told to stop](flow_runs#cancelling). It
/// gets the run and its state, and may return a `Result`. Several are called one after the other. One that fails or panics is
/// logged, and changes nothing. The output of a function with hooks is
/// `Send + Sync + 'static`.
///
/// ```
/// use autotune::{Run, prelude::*};
///
/// async fn page_someone<R>(run: &Run, state: &State<R>) {
///     warn!("{} failed: {}", run.name(), state.message().unwrap_or_default());
/// }
///
/// fn celebrate(_: &Run, state: &State<Result<u32, String>>) {
///     info!("loaded {:?}", state.result());
/// }
///
/// #[task(retries = 3, on_completion = celebrate, on_failure = [page_someone])]
/// async fn load(url: &str) -> Result<u32, String> {
///     url.len().try_into().map_err(|_| "too long".to_owned())
/// }
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(load("http://x"))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Secrets
///
/// The value of a `#[secret]` parameter appears in no log, record, error or cache
/// key. A template that names it does not compile. What the body does with it is
/// up to the body.
///
/// ```
/// use autotune::prelude::*;
///
/// #[task(cache_key = "{city}_{day}", cache_expiration = "1h")]
/// async fn forecast(city: &'static str, day: u32) -> Result<String, String> {
///     if city.is_empty() { Err("no city".to_owned()) } else { Ok(format!("sunny in {city} on day {day}")) }
/// }
///
/// #[task(cache_expiration = "10m")]
/// async fn balance(account: &str, #[secret] token: &str) -> usize {
///     account.len() + token.len()
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> anyhow::Result<()> {
/// let (first, second) = tokio::join!(forecast("Oslo", 1).state(), forecast("Oslo", 1).state());
/// assert_eq!((first.name(), second.name()), (StateName::Completed, StateName::Cached));
/// assert_eq!(second.run_count(), 0, "the body ran once");
/// assert_eq!(forecast("Oslo", 1).refresh_cache().state().await.name(), StateName::Completed);
/// for _ in 0..2 {
///     assert_eq!(forecast("", 1).state().await.name(), StateName::Failed, "an error is not kept");
/// }
///
/// assert_eq!(balance("savings", "hunter2").await, 14);
/// assert_eq!(balance("savings", "another token").state().await.name(), StateName::Cached);
/// # Ok(()) }
/// ```
///
/// # Methods, blocking code and recursion
///
/// A task may be a method, of a type or of a trait, in the trait or in an
/// implementation of it; callers through the trait notice nothing.
///
/// A function that is not `async` becomes a call like any other. With `blocking`
/// its body runs on tokio's pool of blocking threads. It then cannot borrow, and
/// a `timeout` stops the waiting for it, not the thread.
///
/// A task that calls itself needs `boxed`, which puts its future on the heap. The
/// type of a boxed call depends on the output only, so calls of several boxed
/// tasks can stand in one `Vec`.
///
/// ```
/// use autotune::prelude::*;
///
/// trait Store {
///     async fn load(&self, key: &str) -> Option<u32>;
/// }
///
/// struct Memory(u32);
///
/// impl Store for Memory {
///     #[task(name = "load from memory")]
///     async fn load(&self, key: &str) -> Option<u32> {
///         (key == "basal").then_some(self.0)
///     }
/// }
///
/// impl Memory {
///     #[task(task_run_name = "double {number}")]
///     async fn double(&self, number: u32) -> u32 {
///         self.0 * number
///     }
/// }
///
/// #[task(blocking)]
/// fn checksum(bytes: Vec<u8>) -> u32 {
///     bytes.iter().map(|&byte| u32::from(byte)).sum()
/// }
///
/// #[task(boxed)]
/// async fn factorial(number: u64) -> u64 {
///     if number == 0 { 1 } else { number * factorial(number - 1).await }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> anyhow::Result<()> {
/// let memory = Memory(21);
/// assert_eq!(memory.load("basal").await, Some(21));
/// assert_eq!(memory.double(2).await, 42);
/// assert_eq!(checksum(vec![1, 2, 3]).await, 6);
/// assert_eq!(factorial(5).await, 120);
/// # Ok(()) }
/// ```
///
/// # For those who know Prefect
///
/// - The options have Prefect's names, without `_seconds` and `_fn`. The compiler
///   answers a Prefect spelling with ours.
/// - `.fn` is `.raw()`, `.map(..)` is `.submit_all()`, `return_state=True` is
///   `.state()`, `with_options(..)` is the methods of a call, and
///   `get_run_logger()` is `tracing`.
/// - Nothing is cached unless an attribute says so, and keys belong to one task.
/// - A submitted call is not an argument of another: await it, and pass its
///   output; or name it in `.wait_for(..)`.
pub use autotune_macros::task;

/// Makes a flow of a function: a run of its own, that calls tasks and other flows.
///
/// As with [`#[task]`](macro@task), one function goes in and one comes out, and a
/// call of it, a [`FlowCall`], is a future of the function's own output. A flow
/// differs from a task in this:
///
/// - It is a run of its own in the history, with its parameters. A flow that
///   another flow calls is a run as well, and knows its parent.
/// - It waits for the calls that were submitted in it.
/// - It can be started by name with JSON parameters: from the command line
///   (the feature `cli`), or with a [`Registry`].
///
/// # Options
///
/// | option | meaning | default |
/// |---|---|---|
/// | `name = "nightly"` | the name of the flow; it cannot contain any of `/ % & < >` | the function's name |
/// | `description = ".."` | what it is for | the doc comment |
/// | `version = "1.0.0"` | kept with the definition | none |
/// | `tags = ["night"]` | tags of every run | none |
/// | `persist_result` | the result outlives the process: a flow that calls it does not run it again when it is resumed | it does not |
/// | `flow_run_name = "until {date}"` | the name of each run: a template, or an expression over the parameters | the flow's name and a part of the run's id |
/// | `retries = 3` | how often to try again after an `Err` | 0 |
/// | `retry_delay = "10s"` | how long to wait before each retry: one duration | at once |
/// | `timeout = "1h"` | how long each attempt may take | no limit |
/// | `on_running`, `on_completion`, `on_failure`, `on_crashed`, `on_cancellation` | a function, or a list of them, called in that state: see [Hooks](macro@task#hooks) | none |
/// | `params = Name` | gives the struct of the parameters a name to be used in the program | it has none |
/// | `assoc` | for a function without `self` in an `impl`, where no other items can stand | |
/// | `boxed` | puts the future on the heap, as recursion needs it | |
/// | `crate = path` | where `autotune` is, for a crate that re-exports it | `::autotune` |
///
/// A call of a flow takes the same methods as [that of a task](macro@task#calls).
/// A retry runs the whole flow again, its tasks with all their retries; a task
/// that caches its result is not run again.
///
/// # Parameters
///
/// Every flow whose parameters can be read from JSON can be started by name.
/// Borrowed `&str`, `&[T]` and `&T` are fine. Each parameter may have
///
/// - a doc comment, which is its description;
/// - `#[serde(default)]`, `#[serde(default = "function")]` or an `Option` type:
///   it can then be left out;
/// - `#[garde(..)]`, rules that its value must meet: `range`, `length`, `ascii`,
///   `alphanumeric`, `prefix`, `suffix`, `contains`, `required`, `custom`, and with
///   a [feature](crate#features) `email`, `url` and `pattern`;
/// - `#[schemars(..)]`, for more in the JSON Schema;
/// - `#[secret]`: its value is then shown nowhere. The command line takes it from
///   a variable of the environment, or asks for it.
///
/// All of it reaches the [JSON Schema](registry::Registered::schema) and the
/// options of the command line. The rules hold for direct calls too: a value that
/// breaks one ends the call with [`Interrupted::InvalidParameters`], and the body
/// does not start. So a function with rules returns a `Result` whose error is
/// `From<Interrupted>`.
///
/// A flow that is generic or a method, or that takes something like `&PgPool`,
/// compiles, runs and can be called as any other. Only starting it by name is
/// refused, with the name of the parameter.
///
/// ```
/// use autotune::Registry;
/// use autotune::prelude::*;
/// use serde_json::json;
///
/// /// Plan a trip.
/// #[flow(name = "plan-trip", version = "1.0.0")]
/// async fn plan_trip(
///     /// Where to.
///     city: &str,
///     /// How long to stay.
///     #[garde(range(min = 1, max = 30))]
///     #[serde(default = "a_week")]
///     days: u32,
///     companion: Option<String>,
///     #[secret] token: String,
/// ) -> anyhow::Result<String> {
///     let people = if companion.is_some() { 2 } else { 1 };
///     anyhow::ensure!(!token.is_empty(), "the token is empty");
///     Ok(format!("{people} in {city} for {days} days"))
/// }
///
/// fn a_week() -> u32 {
///     7
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> anyhow::Result<()> {
/// // A function as before.
/// assert_eq!(plan_trip("Oslo", 3, None, "t".to_owned()).await?, "1 in Oslo for 3 days");
/// let error = plan_trip("Oslo", 99, None, "t".to_owned()).await.unwrap_err();
/// assert_eq!(error.to_string(), "invalid parameter `days`: greater than 30");
///
/// // And a flow that is found by its name. `Registry::discovered()` has all of a program.
/// let registry = Registry::new().flow(plan_trip);
/// let outcome = registry.start("plan-trip", json!({ "city": "Oslo", "token": "t" }))?.await;
/// assert_eq!(outcome.json, Some(json!("1 in Oslo for 7 days")));
/// let schema = registry.get("plan-trip")?.schema().expect("it can be started by name");
/// assert_eq!(schema["properties"]["days"]["maximum"], 30);
/// assert_eq!(schema["properties"]["city"]["description"], "Where to.");
/// # Ok(()) }
/// ```
///
/// With the feature `cli`, `fn main() -> ExitCode { autotune::cli::main() }` makes
/// a command of every flow in the program:
/// `program run plan-trip --city Oslo --days 3`.
///
/// # How a flow ends
///
/// Its state is that of what the body returns: `Failed` for an `Err`, else
/// `Completed`, even if tasks in it have failed. Pass an error on with `?` where
/// it is to end the flow.
///
/// No submitted call outlives its flow:
///
/// - If the body has returned, `Ok` or `Err`, the flow waits for the calls that
///   are still open.
/// - If it is out of time, has panicked or is dropped, they are cancelled.
///
/// A call that is handed to `tokio::spawn` is nobody's but yours. If it starts
/// when its flow has ended, it runs, with a warning in the log.
///
/// ```
/// use std::sync::atomic::{AtomicU32, Ordering};
/// use std::time::Duration;
///
/// use autotune::prelude::*;
///
/// static ARCHIVED: AtomicU32 = AtomicU32::new(0);
///
/// #[task]
/// async fn archive(page: u32) {
///     tokio::time::sleep(Duration::from_secs(60)).await;
///     ARCHIVED.fetch_add(page, Ordering::Relaxed);
/// }
///
/// #[flow]
/// async fn archive_all(pages: u32) -> u32 {
///     for page in 1..=pages {
///         drop(archive(page).submit());
///     }
///     pages
/// }
///
/// #[flow(timeout = "10s")]
/// async fn archive_in_a_hurry(page: u32) -> anyhow::Result<()> {
///     archive(page).submit().await;
///     Ok(())
/// }
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// archive_all(3).await;
/// assert_eq!(ARCHIVED.load(Ordering::Relaxed), 1 + 2 + 3);
///
/// let state = archive_in_a_hurry(4).state().await;
/// assert_eq!(state.name(), StateName::TimedOut);
/// assert_eq!(ARCHIVED.load(Ordering::Relaxed), 6, "the fourth was cancelled");
/// # }
/// ```
///
/// # For those who know Prefect
///
/// - A flow is named as its function is, underscores kept.
/// - Arguments have the types of the function, so they are not coerced. Rules are
///   `#[garde(..)]` where Prefect has pydantic's.
/// - A state, a future or a list of them that a flow returns is a plain value: only
///   an `Err` is a failure. What was submitted and failed, and nobody looked at,
///   does not count, as in Prefect 3.
/// - After a timeout, what was submitted is cancelled. Prefect waits for it.
/// - `log_prints` and `task_runner` are not needed: log with `tracing`, and calls
///   run on the tokio runtime.
pub use autotune_macros::flow;

pub use autotune_runtime::call::{
    AllowFailure, Call, Dependencies, FlowCall, StateCall, TaskCall, allow_failure,
};
pub use autotune_runtime::context::{FlowRunInfo, Run, run};
pub use autotune_runtime::definition::{self, Definition};
pub use autotune_runtime::deploy::{self, FlowDeployment, deploy};
pub use autotune_runtime::future::{
    AsCompleted, Calls, CompletedWithin, Limited, SubmitAll, TaskFuture, Unfinished,
};
pub use autotune_runtime::id::RunId;
pub use autotune_runtime::interrupted::{self, Interrupted};
pub use autotune_runtime::pause::{self, pause, suspend};
pub use autotune_runtime::registry::{self, Registry};
pub use autotune_runtime::state::{Conclusion, NoResult, ReturnedStates, State, StateName, StateType};
pub use autotune_runtime::surroundings::Within;
pub use autotune_runtime::tags::tags;
pub use autotune_runtime::{
    alerts, artifact, cache, deployment, duration, event, flow_run, flow_runs, limit_record, limits, log,
    moment, orchestrator, proposal, record, recorder, results, schedule, secrets, transaction, variables,
    work_pool, worker, worker_record,
};
#[cfg(feature = "cli")]
pub use serve::{ServeError, serve};

#[cfg(feature = "sqlite")]
pub use autotune_runtime::embedded;
#[cfg(feature = "metrics")]
pub use autotune_runtime::metrics;
#[cfg(feature = "sqlite")]
pub use init::{InitError, init, init_with};

/// Runs an `async fn` as a test of flows: in virtual time, on a runtime of its own.
///
/// It is [`testing::run`] as an attribute. The function takes nothing, or the
/// [`testing::Test`], and returns what a test may return.
///
/// ```
/// use autotune::prelude::*;
/// use autotune::testing::Test;
///
/// #[task(retries = 1, retry_delay = "1h")]
/// async fn load(url: &str) -> anyhow::Result<usize> {
///     anyhow::bail!("{url} cannot be reached")
/// }
///
/// # #[cfg(any())]
/// #[autotune::test]
/// async fn a_load_that_fails_is_tried_again(test: Test) -> anyhow::Result<()> {
///     let stub = test.stub(load, |url: String| Ok(url.len()));
///     assert_eq!(load("http://x").await?, 8);
///     assert_eq!(stub.calls(), ["http://x"]);
///     Ok(())
/// }
/// # fn main() {}
/// ```
#[cfg(feature = "testing")]
pub use autotune_macros::test;
#[cfg(feature = "testing")]
pub use autotune_runtime::testing;

/// The parameters of a flow as one type, and flows that are started with them.
pub mod parameters {
    pub use autotune_runtime::call::StartOptions;
    pub use autotune_runtime::flow::{FlowOutcome, FlowParameters, FlowRun};
}

/// Not public API: what the expansion of the attributes refers to.
#[doc(hidden)]
pub mod __private {
    pub use autotune_macros::{flow, task};
    pub use autotune_runtime::private::*;
}

/// The README compiles.
#[cfg(all(doctest, feature = "cli"))]
#[doc = include_str!("../README.md")]
struct Readme;

/// What is said of resuming compiles.
#[cfg(doctest)]
#[doc = include_str!("../docs/resume.md")]
struct ResumeGuide;

/// What is said of deployments compiles.
#[cfg(doctest)]
#[doc = include_str!("../docs/deployments.md")]
struct DeploymentsGuide;

/// What is said of history compiles.
#[cfg(doctest)]
#[doc = include_str!("../docs/history.md")]
struct HistoryGuide;

/// What is said of tests compiles.
#[cfg(all(doctest, feature = "testing"))]
#[doc = include_str!("../docs/testing.md")]
struct TestingGuide;

/// The guide compiles.
#[cfg(doctest)]
#[doc = include_str!("../docs/tasks-and-flows.md")]
struct Guide;

/// The page for those who come from Prefect compiles.
#[cfg(doctest)]
#[doc = include_str!("../docs/prefect.md")]
struct ComingFromPrefect;
