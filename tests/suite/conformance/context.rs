//! What code can know where there is no run.

// RTM-01
#[tokio::test]
async fn outside_of_any_run_there_is_nothing_to_know_of_one() {
    assert!(autotune::run().is_none());
    assert!(tokio::spawn(async { autotune::run().is_none() }).await.expect("it does not panic"));
}
