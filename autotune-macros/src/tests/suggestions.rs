//! What is said to a name that is not an option.

use super::messages;
use crate::item::Kind;

#[track_caller]
fn check(kind: Kind, written: &str, expected: &str) {
    let item = "async fn load(url: &str, days: u32) -> Result<u32, Error> { Ok(1) }";
    assert_eq!(messages(kind, &format!("{written} = 1"), item), [expected]);
}

#[test]
fn a_near_miss_is_answered_with_the_option() {
    let expected = "`retrys` is not an option of #[task]; did you mean `retries = 3`?";
    check(Kind::Task, "retrys", expected);
    let expected = "`time_out` is not an option of #[flow]; did you mean `timeout = \"5m\"`?";
    check(Kind::Flow, "time_out", expected);
}

#[test]
fn a_name_of_prefect_is_answered_with_ours() {
    let task = |written: &str, ours: &str| {
        let expected = format!("`{written}` is not an option of #[task]; write `{ours}`");
        check(Kind::Task, written, &expected);
    };
    task("retry_delay_seconds", "retry_delay = \"10s\"");
    task("timeout_seconds", "timeout = \"60s\"");
    task("cache_key_fn", "cache_key = \"{url}_{days}\"");
    task("result_storage_key", "cache_key = \"{url}_{days}\"");
    task("cache_ttl", "cache_expiration = \"1h\"");
    task("retry_condition_fn", "retry_condition = |error| error.is_transient()");
    task("retry_if", "retry_condition = |error| error.is_transient()");
    task("retry_jitter", "retry_jitter_factor = 0.5");
    task("run_name", "task_run_name = \"load-{url}\"");
    task("flow_run_name", "task_run_name = \"load-{url}\"");
    let expected = "`task_run_name` is not an option of #[flow]; write `flow_run_name = \"nightly-{date}\"`";
    check(Kind::Flow, "task_run_name", expected);
    let expected = "`cache_key` is an option of #[task], not of #[flow]";
    check(Kind::Flow, "cache_key_fn", expected);
}

#[test]
fn what_is_not_needed_or_not_there_is_said() {
    check(Kind::Task, "asset_deps", "`asset_deps` is not supported");
    let expected =
        "`result_storage` is not needed: `persist_result` keeps the result in the file of the history";
    check(Kind::Task, "result_storage", expected);
    check(Kind::Flow, "result_storage", expected);
    let expected = "`refresh_cache` belongs to a call: call `.refresh_cache()` on it";
    check(Kind::Task, "refresh_cache", expected);
    let expected = "`log_prints` is not needed: use `tracing`, as in `info!(days, \"loading\")`";
    check(Kind::Flow, "log_prints", expected);
}

#[test]
fn anything_else_is_answered_with_all_options() {
    let expected = "`colour` is not an option of #[flow]; the options are `name`, `description`, \
                    `version`, `tags`, `retries`, `retry_delay`, `timeout`, `persist_result`, `on_running`, \
                    `on_completion`, `on_failure`, `on_crashed`, `on_cancellation`, `boxed`, `crate`, \
                    `flow_run_name`, `params`, `assoc`";
    check(Kind::Flow, "colour", expected);
    check(Kind::Task, "params", "`params` is an option of #[flow], not of #[task]");
}
