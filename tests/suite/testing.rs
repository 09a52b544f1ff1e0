//! The harness for tests of flows: virtual time, stubs, what happened, and tests that do not see each other.

use std::time::Duration;

use autotune::artifact::Artifact;
use autotune::prelude::*;
use autotune::testing::{self, Ignored, Test};
use autotune::{StateName, cache, limits, variables};

const HOUR: Duration = Duration::from_hours(1);

#[derive(Debug, Clone, PartialEq)]
struct Page(String);

/// Borrows, without saying so where it is named.
struct Line<'a>(&'a str);

#[task(retries = 2, retry_delay = "1h", tags = ["io"])]
async fn load(url: &str, days: u32) -> Result<usize, String> {
    Err(format!("{url} cannot be reached for {days} days"))
}

#[flow]
async fn nightly(days: u32, #[secret] token: String) -> Result<usize, String> {
    info!(days, "starts");
    let loaded = load(&format!("http://{}", token.len()), days).await?;
    Ok(loaded)
}

#[autotune::test]
async fn retry_delays_take_no_time(test: Test) {
    let stub = test.stub_outputs(load, [Err("busy".to_owned()), Err("busy".to_owned()), Ok(288)]);
    assert_eq!(nightly(7, "hidden".to_owned()).await, Ok(288));
    assert_eq!(stub.count(), 3);
    assert_eq!(
        test.states("load"),
        [
            StateName::Running,
            StateName::AwaitingRetry,
            StateName::Retrying,
            StateName::AwaitingRetry,
            StateName::Retrying,
            StateName::Completed
        ]
    );
    assert_eq!(
        test.to_string(),
        "\
+0s     nightly Running days=7 token=\"********\"
+0s     nightly INFO starts days=7
+0s       load-1 Running
+0s       load-1 AwaitingRetry in 1h: busy
+1h       load-1 Retrying
+1h       load-1 AwaitingRetry in 1h: busy
+2h       load-1 Retrying
+2h       load-1 Completed
+2h     nightly Completed
"
    );
}

#[autotune::test]
async fn a_stub_is_given_the_arguments(test: Test) {
    let stub = test.stub(load, |url: String, days: u32| Ok(url.len() * days as usize));
    assert_eq!(nightly(7, "four".to_owned()).await, Ok(56));
    assert_eq!(stub.calls(), [("http://4".to_owned(), 7)]);
}

#[autotune::test]
async fn a_stub_holds_until_it_is_removed(test: Test) {
    let first = test.stub(load, |_: Ignored, _: Ignored| Ok(1));
    let second = test.stub(load, |_: Ignored, _: Ignored| Ok(2));
    assert_eq!(load("x", 1).await, Ok(2));
    second.remove();
    assert_eq!(load("x", 1).await, Ok(1));
    first.remove();
    assert_eq!(load("x", 1).await, Err("x cannot be reached for 1 days".to_owned()));
    assert_eq!((first.count(), second.count()), (1, 1));
}

#[test]
fn a_stub_does_not_outlive_its_test() {
    testing::run(async |test| {
        test.stub(load, |_: Ignored, _: Ignored| Ok(1));
        assert_eq!(load("x", 1).await, Ok(1));
    });
    testing::run(async |_| assert!(load("x", 1).await.is_err()));
}

#[autotune::test]
async fn a_stub_reaches_what_is_submitted_and_spawned(test: Test) {
    let stub = test.stub(load, |_: Ignored, days: u32| Ok(days as usize));
    let submitted = load("x", 1).submit();
    let spawned = tokio::spawn(async { load("x", 2).await });
    assert_eq!(submitted.await, Ok(1));
    assert_eq!(spawned.await.expect("it does not panic"), Ok(2));
    assert_eq!(stub.count(), 2);
}

#[task]
#[expect(elided_lifetimes_in_paths, reason = "that is the case to be tested")]
async fn borrowing(line: Line, page: &Page) -> usize {
    line.0.len() + page.0.len()
}

#[task]
async fn first_word(text: &str) -> &str {
    text.split(' ').next().unwrap_or_default()
}

#[task]
#[expect(elided_lifetimes_in_paths, mismatched_lifetime_syntaxes, reason = "that is the case to be tested")]
async fn hidden(text: &str) -> Line {
    Line(text)
}

#[task]
async fn describe<T: std::fmt::Debug + Send + 'static>(value: T) -> String {
    format!("{value:?}")
}

#[task]
async fn greeting(name: &'static str) -> Result<&'static str, std::borrow::Cow<'static, str>> {
    Ok(name)
}

#[task(boxed)]
async fn boxed(number: u32) -> u32 {
    number
}

struct Loader {
    host: String,
}

impl Loader {
    #[task]
    async fn get(&self, page: u32) -> String {
        format!("{}/{page}", self.host)
    }
}

#[autotune::test]
async fn functions_of_every_kind_can_be_stubbed(test: Test) {
    test.stub(borrowing, |_: Ignored, page: Page| page.0.len());
    assert_eq!(borrowing(Line("abc"), &Page("de".to_owned())).await, 2);
    test.stub(greeting, |name: String| Err(name.into()));
    assert_eq!(greeting("you").await, Err("you".into()));
    test.stub(boxed, |number: u32| number + 1);
    assert_eq!(boxed(1).await, 2);
    test.stub(Loader::get, |_: Ignored, page: u32| page.to_string());
    assert_eq!(Loader { host: "h".to_owned() }.get(3).await, "3");
    test.stub(describe::<u32>, |_: Ignored| "a number".to_owned());
    assert_eq!(describe(7_u32).await, "a number");
    assert_eq!(describe("text").await, "\"text\"", "another function");
    test.stub(nightly, |days: u32, _: Ignored| Ok(days as usize));
    assert_eq!(nightly(3, String::new()).await, Ok(3));
}

#[autotune::test]
async fn an_output_that_borrows_cannot_be_given_by_a_stub(test: Test) {
    test.stub(first_word, |_: Ignored| "word");
    let state = first_word("a b").state().await;
    assert_eq!(state.name(), StateName::Crashed);
    assert!(state.message().expect("it says why").contains("cannot take the place of the body"));
    assert_eq!(hidden("a b").await.0, "a b");
}

#[test]
#[should_panic(expected = "the stub takes a `&str`: a stub takes owned values")]
fn a_stub_takes_no_references() {
    testing::run(async |test| drop(test.stub(load, |_: &'static str, _: u32| Ok(1))));
}

#[test]
#[should_panic(expected = "is not a task or flow")]
fn a_pointer_to_a_function_is_not_the_function() {
    testing::run(async |test| drop(test.stub(|number: u32| boxed(number + 1), |_: Ignored| 7)));
}

#[task(cache_key = "{days}", timeout = "1m")]
async fn cached(days: u32) -> anyhow::Result<u32> {
    Ok(days)
}

#[autotune::test]
async fn results_are_kept_around_a_stub(test: Test) -> anyhow::Result<()> {
    let stub = test.stub(cached, |days: u32| Ok(days * 10));
    assert_eq!((cached(1).await?, cached(1).await?), (10, 10));
    assert_eq!(stub.calls(), [1]);
    assert_eq!(test.states("cached"), [StateName::Running, StateName::Completed, StateName::Cached]);
    Ok(())
}

#[test]
fn tests_do_not_share_results() {
    for expected in [10, 20] {
        testing::run(async |test| {
            test.stub(cached, move |_: Ignored| Ok(expected));
            assert_eq!(cached(2).await.expect("the stub works"), expected);
        });
    }
    cache::clear();
}

#[autotune::test]
async fn a_stub_may_take_its_time(test: Test) {
    test.stub(cached, |_: Ignored| Ok(1)).takes(HOUR);
    assert_eq!(cached(3).state().await.name(), StateName::TimedOut);
    let runs = test.runs("cached");
    assert_eq!(runs[0].took, Duration::from_mins(1));
}

#[autotune::test]
async fn a_stub_that_panics_crashes_the_run(test: Test) {
    test.stub(load, |_: Ignored, _: Ignored| panic!("on purpose"));
    let state = load("x", 1).state().await;
    assert_eq!((state.name(), state.message()), (StateName::Crashed, Some("on purpose")));
}

#[task(tags = ["testing-database"])]
async fn query() {
    tokio::time::sleep(HOUR).await;
}

#[test]
fn limits_belong_to_a_test() {
    let took = |slots: Option<usize>| {
        testing::run(async move |test| {
            if let Some(slots) = slots {
                limits::set("tag:testing-database", slots);
            }
            drop((query().submit(), query().submit()));
            test.submitted().await;
            test.runs("query").iter().map(|run| run.started + run.took).max().expect("it ran")
        })
    };
    assert_eq!(took(Some(1)), 2 * HOUR);
    assert_eq!(took(None), HOUR);
}

#[test]
fn variables_belong_to_a_test() {
    for _ in 0..2 {
        testing::run(async |_| {
            assert_eq!(variables::get::<u32>("only-in-a-test").expect("it can be read"), None);
            variables::set("only-in-a-test", &7).expect("nobody else has set it");
            assert_eq!(variables::get("only-in-a-test").expect("it can be read"), Some(7));
        });
    }
    assert_eq!(variables::get::<u32>("only-in-a-test").expect("it can be read"), None);
}

#[flow(tags = ["weekly"])]
async fn report() {
    warn!("few data");
    Artifact::markdown("# Report").key("report").expect("it is a key").record().expect("in a run");
    tokio::time::sleep(HOUR).await;
}

#[autotune::test]
async fn what_happened_can_be_asked(test: Test) {
    report().named("the report").await;
    let [run] = &test.runs("report")[..] else { panic!("one run") };
    assert_eq!((&*run.name, &run.tags[..]), ("the report", &["weekly".to_owned()][..]));
    assert_eq!((run.attempts, run.took, run.parent.as_deref()), (1, HOUR, None));
    let [log] = &test.logs()[..] else { panic!("one log") };
    assert_eq!((&*log.run, &*log.to_string()), ("the report", "WARN few data"));
    let [shown] = &test.artifacts()[..] else { panic!("one artifact") };
    assert_eq!(shown.artifact.its_key().map(ToString::to_string).as_deref(), Some("report"));
    assert_eq!(
        test.to_string(),
        "\
+0s     the report Running
+0s     the report WARN few data
+0s     the report shows markdown report
+1h     the report Completed
"
    );
}

#[flow]
async fn asks_somebody() -> anyhow::Result<u32> {
    let copies: u32 = autotune::suspend().key("copies").for_input().await?;
    Ok(copies)
}

#[autotune::test]
async fn a_suspension_waits_in_its_test_and_is_resumed_there(test: Test) {
    let asking = asks_somebody().named("asked in a test").submit();
    let pause = loop {
        let mut open = autotune::flow_runs::paused().into_iter();
        match open.find(|pause| pause.flow_run().name() == "asked in a test") {
            Some(pause) => break pause,
            None => tokio::task::yield_now().await,
        }
    };
    assert_eq!(pause.key(), "copies");
    pause.resume_with(&7).expect("it fits");
    assert_eq!(asking.await.expect("it was resumed"), 7);
    let states = [StateName::Running, StateName::Paused, StateName::Running, StateName::Completed];
    assert_eq!(test.states("asks_somebody"), states);
}

#[test]
fn a_test_sees_only_its_own_runs() {
    let other = std::thread::spawn(|| testing::run(async |test| (load("y", 2).await, test.to_string())));
    let here = testing::run(async |test| {
        report().await;
        test.to_string()
    });
    let (_, there) = other.join().expect("it does not panic");
    assert!(!here.contains("load") && !there.contains("report"), "{here}{there}");
}

#[tokio::test(start_paused = true)]
async fn a_test_may_run_in_another_runtime() {
    let test = Test::new();
    test.stub(load, |_: Ignored, _: Ignored| Ok(1));
    assert_eq!(test.scope(async { load("x", 1).await }).await, Ok(1));
    assert_eq!(test.calls("load"), 1);
    assert!(load("x", 1).await.is_err(), "outside of it");
    assert_eq!(test.calls("load"), 1);
}
