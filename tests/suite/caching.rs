//! Results of earlier calls.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use autotune::prelude::*;

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

#[tokio::test]
async fn a_cleared_cache_is_empty_for_good() {
    #[task(cache_key = "{number}")]
    async fn local(number: u32) -> u32 {
        number
    }
    // Other tests run beside this one: what they cached is gone too, so they must not rely on it here.
    local(1).await;
    assert_eq!(local(1).state().await.name(), StateName::Cached);
}

static RUNS_BY_POLICY: AtomicU32 = AtomicU32::new(0);

#[task(cache_policy = INPUTS - "attempt")]
async fn by_policy(key: &'static str, attempt: u32) -> u32 {
    RUNS_BY_POLICY.fetch_add(1, Ordering::Relaxed);
    attempt
}

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
    async fn counts(runs: &AtomicU32) -> u32 {
        runs.fetch_add(1, Ordering::Relaxed)
    }

    #[flow]
    async fn asks(number: u32, _text: &str, runs: &'static AtomicU32) -> (u32, u32) {
        let _ = number;
        (counts(runs).await, counts(runs).await)
    }

    static RUNS: AtomicU32 = AtomicU32::new(0);
    assert_eq!(asks(4200, "foo", &RUNS).await, (0, 0));
    assert_eq!(asks(4200, "bar", &RUNS).await, (1, 1));
    // The counter is a parameter too, and what `Debug` shows of it has changed by now.
    assert_eq!(asks(4200, "bar", &RUNS).await, (2, 2));
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
