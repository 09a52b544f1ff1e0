//! What a run shows while it runs, and what is left of it.

use autotune::cli::Process;
use expect_test::expect;

use super::program::{Ran, run, run_in};

fn analyse(arguments: &[&str]) -> Ran {
    let process = Process::in_memory().variable("AUTOTUNE_API_SECRET", "hunter2");
    let always = ["run", "analyse", "--nightscout-url", "http://x", "--run-name", "nightly"];
    run_in(&process, &[&always, arguments].concat())
}

#[test]
fn the_result_is_on_stdout_and_the_way_to_it_on_stderr() {
    let ran = analyse(&["--days", "3"]);
    assert_eq!(ran.stdout, "3 days analysed\n");
    expect![[r#"
        INFO  nightly | Started
        WARN  load-1 | Attempt failed: the site answered 503. Retry 1/1 starts now
        INFO  load-1 | loaded run_count=2
        INFO  load-1 | Finished in state Completed
        INFO  prep 2024-03-03 | Finished in state Completed
        INFO  prep 2024-03-03 | Finished in state Cached
        INFO  nightly | Finished in state Completed
    "#]]
    .assert_eq(&ran.stderr);
}

#[test]
fn with_json_stdout_is_one_document() {
    let ran = analyse(&["--json", "-qq"]);
    assert_eq!(serde_json::from_str::<serde_json::Value>(&ran.stdout).expect("JSON")["days"], 7);
    assert_eq!(ran.stderr, "");
}

#[test]
fn a_failure_is_one_sentence_and_nothing_on_stdout() {
    expect![[r#"
        exit 1
        ERROR nightly | Finished in state Failed
        error: flow `analyse` failed: no profile x
    "#]]
    .assert_eq(&analyse(&["--tune", "--profile-name", "x", "--json", "-qq"]).shown());
}

#[test]
fn quiet_runs_keep_their_names_in_warnings() {
    expect![[r#"
        WARN  load-1 | Attempt failed: the site answered 503. Retry 1/1 starts now
    "#]]
    .assert_eq(&analyse(&["-q"]).stderr);
}

#[test]
fn verbose_runs_show_the_details() {
    let ran = run(&["run", "nothing", "--run-name", "nightly", "-v"]);
    assert_eq!(ran.stdout, "");
    expect![[r#"
        INFO  nightly | Started
        DEBUG nightly | suite::cli::program: nothing to do
        INFO  nightly | Finished in state Completed
    "#]]
    .assert_eq(&ran.stderr);
}

#[test]
fn the_variable_chooses_what_is_shown() {
    let process = Process::in_memory().variable("AUTOTUNE_LOG", "error");
    assert_eq!(run_in(&process, &["run", "nothing"]).stderr, "");
    let process = Process::in_memory().variable("AUTOTUNE_LOG", "x=loud");
    expect![[r#"
        exit 2
        error: AUTOTUNE_LOG="x=loud" is not understood: error parsing level filter: expected one of "off", "error", "warn", "info", "debug", "trace", or a number 0-5; write `debug` or `my_crate=debug,info`
    "#]].assert_eq(&run_in(&process, &["run", "nothing"]).shown());
}

#[test]
fn a_panic_ends_with_its_own_code() {
    expect![[r#"
        exit 101
        ERROR bang | Finished in state Crashed
        error: flow `explode` panicked: the fuse was short
    "#]]
    .assert_eq(&run(&["run", "explode", "-qq", "--run-name", "bang"]).shown());
}

#[test]
fn options_are_read_as_their_types_and_win_over_params() {
    let ran = run(&[
        "run",
        "echo",
        "--words",
        "a",
        "--words",
        "-1",
        "--offset",
        "-5",
        "--factor",
        "2",
        "--weights",
        "{\"a\": 1.5}",
        "--params",
        "{\"offset\": 3, \"json\": \"p\"}",
    ]);
    assert_eq!(ran.stdout, "[\"a\", \"-1\"] {\"a\": 1.5} Some(-5) Some(2.0) \"p\"\n");
}

#[tokio::test]
async fn a_program_that_has_a_runtime_runs_flows_as_well() {
    assert_eq!(run(&["run", "nothing", "-q"]).shown(), "exit 0\n");
}

#[test]
fn a_name_is_taken_with_underscores_as_well() {
    let process = Process::in_memory().variable("AUTOTUNE_API_SECRET", "hunter2");
    let ran = run_in(&process, &["run", "analyse", "--nightscout_url", "u"]);
    assert_eq!(ran.stdout, "7 days analysed\n");
}
