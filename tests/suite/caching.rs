//! Results of earlier calls.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use autotune::cache::{self, ConfigureError, Mode, Settings};
use autotune::prelude::*;
use tracing_subscriber::prelude::*;

use crate::harness;

#[task(cache_key = "{url}_{days}", cache_expiration = "1h")]
async fn by_template(url: &str, days: u32, runs: &AtomicU32) -> Result<String, String> {
    runs.fetch_add(1, Ordering::Relaxed);
    if days == 0 { Err("no days".to_owned()) } else { Ok(format!("{url}{days}")) }
}

#[tokio::test]
async fn a_cached_result_skips_the_body() {
    let runs = AtomicU32::new(0);
    for _ in 0..3 {
        assert_eq!(by_template("skips", 1, &runs).await, Ok("skips1".to_owned()));
    }
    let state = by_template("skips", 1, &runs).state().await;
    assert_eq!((state.name(), state.run_count()), (StateName::Cached, 0));
    assert!(state.is_completed());
    assert_eq!(runs.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn another_key_runs_the_body() {
    let runs = AtomicU32::new(0);
    let _ = by_template("other", 1, &runs).await;
    let _ = by_template("other", 2, &runs).await;
    assert_eq!(runs.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn errors_are_not_cached() {
    let runs = AtomicU32::new(0);
    for _ in 0..2 {
        assert!(by_template("errors", 0, &runs).await.is_err());
    }
    assert_eq!(runs.load(Ordering::Relaxed), 2);
}

// CAC-07
#[tokio::test(start_paused = true)]
async fn a_result_expires() {
    let runs = AtomicU32::new(0);
    let _ = by_template("expires", 1, &runs).await;
    tokio::time::advance(Duration::from_secs(3599)).await;
    let _ = by_template("expires", 1, &runs).await;
    assert_eq!(runs.load(Ordering::Relaxed), 1);
    tokio::time::advance(Duration::from_secs(1)).await;
    let _ = by_template("expires", 1, &runs).await;
    assert_eq!(runs.load(Ordering::Relaxed), 2);
}

// CAC-08
#[tokio::test]
async fn refresh_cache_runs_the_body_and_keeps_the_new_result() {
    let runs = AtomicU32::new(0);
    let _ = by_template("refresh", 1, &runs).await;
    let state = by_template("refresh", 1, &runs).refresh_cache().state().await;
    assert_eq!(state.name(), StateName::Completed);
    assert_eq!(by_template("refresh", 1, &runs).state().await.name(), StateName::Cached);
    assert_eq!(runs.load(Ordering::Relaxed), 2);
}

#[task(cache_key = (url, days))]
async fn by_expression(url: &str, days: u32, runs: &AtomicU32) -> u32 {
    runs.fetch_add(1, Ordering::Relaxed) + days + u32::try_from(url.len()).unwrap_or_default()
}

#[tokio::test]
async fn a_key_may_be_an_expression_and_an_output_no_result() {
    let runs = AtomicU32::new(0);
    assert_eq!(by_expression("x", 1, &runs).await, by_expression("x", 1, &runs).await);
    by_expression("x", 2, &runs).await;
    assert_eq!(runs.load(Ordering::Relaxed), 2);
}

static RUNS_BY_INPUTS: AtomicU32 = AtomicU32::new(0);

#[task(cache_expiration = "1h")]
async fn by_inputs(ratio: f64, tags: Vec<&'static str>, #[secret] token: &str) -> Option<u32> {
    let _ = (ratio, tags, token);
    RUNS_BY_INPUTS.fetch_add(1, Ordering::Relaxed);
    None
}

#[tokio::test]
async fn without_a_key_all_inputs_but_the_secret_ones_are_the_key() {
    by_inputs(0.5, vec!["a"], "secret").await;
    assert_eq!(by_inputs(0.5, vec!["a"], "another secret").state().await.name(), StateName::Cached);
    assert_eq!(by_inputs(0.6, vec!["a"], "secret").state().await.name(), StateName::Completed);
    assert_eq!(by_inputs(0.5, vec!["b"], "secret").state().await.name(), StateName::Completed);
    assert_eq!(RUNS_BY_INPUTS.load(Ordering::Relaxed), 3, "`None` is kept like any value");
}

struct Doubled;
struct Tripled;

macro_rules! factor {
    ($type:ident, $factor:literal) => {
        impl $type {
            #[task(cache_key = "{number}")]
            async fn times(number: u32) -> (Self, u32)
            where
                Self: Clone,
            {
                (Self, number * $factor)
            }
        }
        impl Clone for $type {
            fn clone(&self) -> Self {
                Self
            }
        }
    };
}

factor!(Doubled, 2);
factor!(Tripled, 3);

struct Scaled<const FACTOR: u32>;

impl<const FACTOR: u32> Scaled<FACTOR> {
    #[task(cache_key = "{number}")]
    async fn times(&self, number: u32) -> u32 {
        number * FACTOR
    }
}

#[tokio::test]
async fn functions_do_not_share_results_even_where_all_but_their_type_is_equal() {
    assert_eq!((Doubled::times(5).await.1, Tripled::times(5).await.1), (10, 15));
    assert_eq!((Scaled::<2>.times(5).await, Scaled::<3>.times(5).await), (10, 15));
}

static RUNS_BY_POLICY: AtomicU32 = AtomicU32::new(0);

#[task(cache_policy = INPUTS - "attempt")]
async fn by_policy(key: &'static str, attempt: u32) -> u32 {
    RUNS_BY_POLICY.fetch_add(1, Ordering::Relaxed);
    attempt
}

// POL-02
#[tokio::test]
async fn a_policy_may_leave_a_parameter_out_of_the_key() {
    assert_eq!(by_policy("left out", 1).await, 1);
    assert_eq!(by_policy("left out", 2).await, 1);
    assert_eq!(by_policy("another", 3).await, 3);
}

#[task(cache_policy = DEFAULT)]
async fn in_one_run(runs: u32) -> u32 {
    RUNS_BY_POLICY.fetch_add(1, Ordering::Relaxed);
    runs
}

#[flow]
async fn calls_twice() -> [StateName; 2] {
    [in_one_run(1).state().await.name(), in_one_run(1).state().await.name()]
}

// CAC-01, POL-07
#[tokio::test]
async fn the_default_policy_of_prefect_keeps_results_within_one_flow_run() {
    use StateName::{Cached, Completed};
    assert_eq!(calls_twice().await, [Completed, Cached]);
    assert_eq!(calls_twice().await, [Completed, Cached]);
    // Outside of a flow there is no run to share.
    assert_eq!(in_one_run(1).state().await.name(), Completed);
    assert_eq!(in_one_run(1).state().await.name(), Completed);
}

#[task(cache_policy = NO_CACHE)]
async fn never(key: u32) -> u32 {
    key
}

#[tokio::test]
async fn no_cache_caches_nothing() {
    never(1).await;
    assert_eq!(never(1).state().await.name(), StateName::Completed);
}

// CAC-14
#[tokio::test]
async fn a_policy_of_flow_parameters_shares_results_between_equal_runs_of_a_flow() {
    #[task(cache_policy = FLOW_PARAMETERS)]
    async fn counts() -> u32 {
        static RUNS: AtomicU32 = AtomicU32::new(0);
        RUNS.fetch_add(1, Ordering::Relaxed)
    }

    #[flow]
    async fn asks(number: u32, text: &str) -> (u32, u32) {
        let _ = (number, text);
        (counts().await, counts().await)
    }

    assert_eq!(asks(4200, "foo").await, (0, 0));
    assert_eq!(asks(4200, "bar").await, (1, 1));
    assert_eq!(asks(4200, "foo").await, (0, 0));
    // Outside of any flow each call is on its own.
    assert_ne!(counts().await, counts().await);
}

#[tokio::test]
async fn flow_parameters_that_cannot_be_told_apart_are_shared_within_one_run_only() {
    struct Opaque;

    #[task(cache_policy = FLOW_PARAMETERS)]
    async fn counts(runs: &AtomicU32) -> u32 {
        runs.fetch_add(1, Ordering::Relaxed)
    }

    #[flow]
    async fn opaque(_pool: Opaque) -> (u32, u32) {
        static RUNS: AtomicU32 = AtomicU32::new(0);
        (counts(&RUNS).await, counts(&RUNS).await)
    }

    assert_eq!(opaque(Opaque).await, (0, 0));
    assert_eq!(opaque(Opaque).await, (1, 1));
}

#[task(cache_key = "{number}")]
async fn counts(number: u32) -> u32 {
    number
}

async fn counted() -> StateName {
    counts(1).state().await.name()
}

// CAC-10
#[test]
fn a_call_that_uses_the_cache_does_so_where_all_others_refresh_it() {
    let name = "caching::a_call_that_uses_the_cache_does_so_where_all_others_refresh_it";
    harness::in_a_process_of_its_own(name, &[("AUTOTUNE_TASKS_REFRESH_CACHE", "true")], async || {
        assert_eq!(cache::mode(), Mode::Refresh);
        assert_eq!([counted().await, counted().await], [StateName::Completed; 2]);
        // A refresh keeps what it computes.
        assert_eq!(counts(1).use_cache().state().await.name(), StateName::Cached);
        cache::set_mode(Mode::Use);
        assert_eq!(counted().await, StateName::Cached);
        assert_eq!(counts(1).refresh_cache().state().await.name(), StateName::Completed);
    });
}

// X-CAC-06
#[test]
fn nothing_is_cached_where_caching_is_off_whatever_a_call_says() {
    let name = "caching::nothing_is_cached_where_caching_is_off_whatever_a_call_says";
    harness::in_a_process_of_its_own(name, &[("AUTOTUNE_TASKS_DISABLE_CACHING", "1")], async || {
        assert_eq!([counted().await, counted().await], [StateName::Completed; 2]);
        assert_eq!(counts(1).refresh_cache().state().await.name(), StateName::Completed);
        assert_eq!(counts(1).use_cache().state().await.name(), StateName::Completed);
        cache::set_mode(Mode::Use);
        assert_eq!(counted().await, StateName::Completed, "nothing was kept before");
        assert_eq!(counted().await, StateName::Cached);
        cache::set_mode(Mode::Off);
        assert_eq!(counted().await, StateName::Completed, "nothing is looked up either");
    });
}

#[test]
fn a_cleared_cache_is_empty() {
    // In a process of its own, because tests beside this one rely on what they cached.
    harness::in_a_process_of_its_own("caching::a_cleared_cache_is_empty", &[], async || {
        assert_eq!([counted().await, counted().await], [StateName::Completed, StateName::Cached]);
        cache::clear();
        assert_eq!([counted().await, counted().await], [StateName::Completed, StateName::Cached]);
    });
}

#[test]
fn the_cache_is_configured_once_and_before_its_first_use() {
    let name = "caching::the_cache_is_configured_once_and_before_its_first_use";
    harness::in_a_process_of_its_own(name, &[], async || {
        cache::clear();
        let error = cache::configure(Settings::new().weight(String::len)).expect_err("no limit");
        assert_eq!(
            error.to_string(),
            "results have a weight, and there is no limit to it; set it with `.max_weight(64 * 1024 * 1024)`"
        );
        cache::configure(Settings::new().capacity(0)).expect("to clear the cache is not to use it");
        assert_eq!([counted().await, counted().await], [StateName::Completed; 2], "there is no room");
        assert_eq!(cache::configure(Settings::new()), Err(ConfigureError::AlreadyInUse));
    });
}

// CAC-13
#[tokio::test]
async fn an_input_that_cannot_be_read_is_logged_and_its_call_is_not_cached() {
    struct Unreadable;

    impl serde::Serialize for Unreadable {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("the connection is no value"))
        }
    }

    #[task(cache_policy = INPUTS)]
    async fn queries(connection: &Unreadable) -> u32 {
        let _ = connection;
        7
    }

    let captured = crate::logging::Captured::default();
    let _guard = harness::listen(tracing_subscriber::registry().with(captured.clone()));
    for _ in 0..2 {
        assert_eq!(queries(&Unreadable).state().await.name(), StateName::Completed);
    }
    let expected =
        "`connection` cannot be part of a cache key, so this call is not cached: the connection is no value";
    assert!(captured.text().contains(expected), "{}", captured.text());
}

#[tokio::test]
async fn what_a_task_in_a_task_caches_is_kept_with_the_outer_one_if_that_is_a_transaction() {
    fn undoes(_: &autotune::transaction::Transaction, _: &Vec<StateName>) {}

    #[task(cache_key = "{of}")]
    async fn inner(of: &str) -> usize {
        of.len()
    }

    #[task]
    async fn plain() -> [StateName; 2] {
        [inner("plain").state().await.name(), inner("plain").state().await.name()]
    }

    #[task(on_rollback = undoes)]
    async fn in_one() -> Vec<StateName> {
        vec![inner("in one").state().await.name(), inner("in one").state().await.name()]
    }

    assert_eq!(plain().await, [StateName::Completed, StateName::Cached]);
    assert_eq!(in_one().await, [StateName::Completed; 2]);
    assert_eq!(inner("in one").state().await.name(), StateName::Cached);
}
