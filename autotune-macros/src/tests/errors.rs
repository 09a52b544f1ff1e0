//! What is wrong is said, all of it, and the function is still there.

use super::{expanded, messages};
use crate::item::Kind;

const ITEM: &str =
    "async fn load(url: &str, #[secret] token: &str, days: u32) -> Result<u32, Error> { Ok(1) }";

/// Every error is reported, in this order, and the function is expanded.
#[track_caller]
fn check_item(kind: Kind, options: &str, item: &str, expected: &[&str]) {
    let found = messages(kind, options, item);
    let as_expected = found.len() == expected.len()
        && found.iter().zip(expected).all(|(found, expected)| found.contains(expected));
    assert!(as_expected, "{options}\n{item}\nfound {found:#?}\nexpected {expected:#?}");
    let text = expanded(kind, options, item).to_string();
    assert!(text.contains("fn load"), "the function is lost: {text}");
}

#[track_caller]
fn check(options: &str, expected: &[&str]) {
    check_item(Kind::Task, options, ITEM, expected);
}

#[test]
fn every_wrong_option_is_reported() {
    check(
        r#"retrys = 3, name = 7, "load", timeout = 5 m, retries(3), version, tags = "io""#,
        &[
            "write `name = \"load\"`",
            "expected `,`",
            "write `retries = 3`",
            "did you mean `retries = 3`",
            "`name` needs a string literal",
            "write \"5s\"",
            "write `version = \"1.0.0\"`",
            "write `tags = [\"io\"]`",
        ],
    );
}

#[test]
fn values_of_the_wrong_kind_are_answered_with_the_right_form() {
    check("retries = -1", &["needs a whole number"]);
    check("retries = 5_000_000_000", &["can be at most"]);
    check("retries = 1, retry_delay = [], retry_jitter_factor = 1", &["at least one duration"]);
    check(r#"retries = 1, retry_delay = "1s", retry_jitter_factor = -0.5"#, &["at least 0"]);
    check("retries = 1, retry_condition = true", &["a function of the error"]);
    check(r#"crate = "autotune""#, &["`crate` needs a path"]);
    check("cache_key = |url| url", &["needs no closure"]);
    check(r#"tags = ["io", "io", ""]"#, &["given twice"]);
    check(r#"name = """#, &["`name` cannot be empty"]);
    check("boxed = true", &["write just `boxed`"]);
}

#[test]
fn more_than_fifty_delays_are_too_many() {
    let delays = |count: usize| format!("retries = 60, retry_delay = [{}]", "\"1s\", ".repeat(count));
    check(&delays(50), &[]);
    check(&delays(51), &["at most 50 durations"]);
}

#[test]
fn exponential_delays_are_checked() {
    check(r#"retries = 1, retry_delay = exponential("1s")"#, &[]);
    check(r#"retries = 1, retry_delay = exponential("1s", max = "1m")"#, &[]);
    check("retries = 1, retry_delay = exponential()", &["needs the first delay"]);
    check(r#"retries = 1, retry_delay = exponential(base = "1s")"#, &["has no name"]);
    check(r#"retries = 1, retry_delay = exponential("1s", "1m")"#, &["max = \"1m\""]);
    check(r#"retries = 1, retry_delay = exponential("1m", max = "1s")"#, &["shorter than"]);
    check("retries = 1, retry_delay = exponential_backoff(10)", &["exponential(\"1s\")"]);
}

#[test]
fn options_without_effect_are_reported() {
    check(r#"retry_delay = "1s""#, &["no effect without `retries`"]);
    check("retry_condition = is_transient", &["no effect without `retries`"]);
    check("retries = 1, retry_jitter_factor = 0.5", &["no effect without `retry_delay`"]);
    check("retries = 1, retries = 2", &["`retries` is given twice"]);
    check(r#"retries = "no", retry_delay = "1s""#, &["needs a whole number"]);
    check(r#"cache_expiration = "1h""#, &[]);
}

#[test]
fn templates_name_parameters() {
    check(r#"cache_key = "{url}_{days:>3}""#, &[]);
    check(r#"cache_key = "{url}_{day}""#, &["write one of `{url}`, `{days}`"]);
    check(r#"task_run_name = "{token}""#, &["`token` is #[secret]"]);
    check(r#"cache_key = "{}", task_run_name = "{0}""#, &["by the number 0", "without a name"]);
    check(r#"cache_key = "{url.host}""#, &["cache_key = (url.host, …)"]);
}

#[test]
fn flows_differ_from_tasks() {
    let check = |options: &str, expected: &[&str]| check_item(Kind::Flow, options, ITEM, expected);
    check(r#"name = "a/b", blocking"#, &["cannot contain `/`", "`blocking` is an option of #[task]"]);
    check("retries = 1, retry_delay = [\"1s\"]", &["a single duration"]);
    check("retry_jitter_factor = 0.5", &["has no jitter"]);
    check("retry_condition = f", &["an option of #[task], not of #[flow]"]);
    check("assoc, params = Params", &["cannot be started by name"]);
}

#[test]
fn the_function_decides_what_suits_it() {
    let task = |options: &str, item: &str, expected: &[&str]| {
        check_item(Kind::Task, options, item, expected);
    };
    task("timeout = \"1s\"", "fn load() -> u32 { 1 }", &["cannot be interrupted"]);
    task("blocking", "fn load(url: &str) -> u32 { 1 }", &["cannot borrow"]);
    task("blocking", "fn load(url: &'static str, f: fn(&str)) -> u32 { 1 }", &[]);
    task("blocking", "async fn load() -> u32 { 1 }", &["not `async`"]);
    task("retries = 1", "async fn load(&mut self) -> u32 { 1 }", &["cannot take `&mut self`"]);
    task("retries = 1", "async fn load(self: Arc<Self>) -> u32 { 1 }", &["`self` by value"]);
    task("", "async fn load() -> ! { loop {} }", &["has to return"]);
    task("", "async fn load() -> impl Stream<Item = u32> { s }", &["lazy `Stream`"]);
    task("", "async fn load() -> Result<impl Iterator<Item = u32>, E> { s }", &["lazy `Iterator`"]);
    task(
        "",
        "fn load<'a>(&'a self) -> Pin<Box<dyn Future<Output = u32> + Send + 'a>> { s }",
        &["native `async fn`"],
    );
}

#[test]
fn what_is_no_function_is_emitted_as_written() {
    let check = |item: &str, expected: &str| {
        let text = expanded(Kind::Task, "", item).to_string();
        assert!(text.contains(expected), "{item}: {text}");
        assert!(text.contains("load"), "the item is lost: {text}");
        assert!(!text.contains("secret"), "the compiler does not know the attribute: {text}");
    };
    check("struct load;", "#[task] goes on a function");
    check("async fn load(#[secret] x: u32) -> u32;", "needs a function with a body");
    check("#[tokio::test] async fn load() {}", "cannot be a test itself");
}

#[test]
fn qualifiers_are_answered_and_dropped() {
    check_item(Kind::Task, "", "async unsafe fn load() {}", &["an `unsafe` function"]);
    check_item(Kind::Task, "", "extern \"C\" fn load() {}", &["an `extern` function"]);
    check_item(Kind::Task, "", "const fn load() {}", &["a `const fn`"]);
}

#[test]
fn a_function_is_a_task_or_a_flow() {
    check_item(Kind::Task, "", "#[flow] async fn load() {}", &["either a #[task] or a #[flow]"]);
    check_item(Kind::Task, "", "#[task] async fn load() {}", &["#[task] is given twice"]);
    assert_eq!(
        messages(Kind::Flow, "", "async fn main() {}"),
        ["`main` cannot be a #[flow]; call the flow from `main`"]
    );
}

#[test]
fn an_attribute_that_is_no_macro_does_not_come_back_for_ever() {
    let item = "#[no_mangle] async fn load() {}";
    let text = expanded(Kind::Task, "__settled, boxed", item).to_string();
    assert!(text.contains("no_mangle") && !text.contains("__settled"), "{text}");
}

#[test]
fn attributes_of_parameters_are_known_or_answered() {
    let check = |item: &str, expected: &[&str]| check_item(Kind::Task, "", item, expected);
    check("async fn load(#[secrt] x: u32) {}", &["did you mean #[secret]?"]);
    check("async fn load(#[other] x: u32) {}", &["known are #[secret], #[garde]"]);
    check("async fn load(#[serde(default)] x: u32) {}", &["no effect on a parameter of a task"]);
    check("async fn load(#[garde(rang(min = 1))] x: u32) {}", &["did you mean `range`?"]);
    check("async fn load(#[garde(sorted)] x: u32) {}", &["the rules are skip, range"]);
    check("async fn load(#[garde(range)] x: u32) {}", &["write `range(min = 1, max = 30)`"]);
    check("async fn load(#[garde(length(words, min = 1))] x: u32) {}", &["`words` is not a bound"]);
}
