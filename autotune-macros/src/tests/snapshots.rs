//! What the attributes write, for a few shapes. `UPDATE_EXPECT=1 cargo test`
//! writes the files anew.

use super::expanded;
use crate::item::Kind;
use expect_test::{ExpectFile, expect_file};

#[expect(clippy::needless_pass_by_value, reason = "the expected file reads best in place")]
fn check(kind: Kind, options: &str, item: &str, expected: ExpectFile) {
    let file = syn::parse2(expanded(kind, options, item)).expect("the expansion is Rust");
    expected.assert_eq(&prettyplease::unparse(&file));
}

#[test]
fn a_task_is_one_function_with_its_definition_inside() {
    let item = "/// Doubles.\n pub async fn double(number: u32) -> u32 { number * 2 }";
    check(Kind::Task, "", item, expect_file!["snapshots/task.rs"]);
}

#[test]
fn every_option_of_a_task_adds_its_statement() {
    let options = r#"
        name = "load-data", version = "1", tags = ["io"], task_run_name = "load-{url}",
        retries = 3, retry_delay = exponential("1s", max = "1m"), retry_jitter_factor = 0.5,
        retry_condition = |error| error.is_transient(), timeout = "5m",
        cache_key = "{url}_{days}", cache_expiration = "1h",
    "#;
    let item = "async fn load(url: &str, #[secret] token: &str, mut days: u32) -> Result<Data, Error> {
        fetch(url, token, days).await
    }";
    check(Kind::Task, options, item, expect_file!["snapshots/task_with_options.rs"]);
}

#[test]
fn a_boxed_method_names_its_lifetimes() {
    let item = "async fn walk(&self, path: &Path, (from, to): (u32, u32)) -> Result<&str, Error> { todo!() }";
    check(Kind::Task, "boxed, retries = 1", item, expect_file!["snapshots/boxed_method.rs"]);
}

#[test]
fn a_blocking_task_caches_on_its_inputs() {
    let item = "fn sum(numbers: Vec<u32>, #[secret] key: String) -> u32 { numbers.iter().sum() }";
    let options = "blocking, cache_expiration = CACHE_FOR";
    check(Kind::Task, options, item, expect_file!["snapshots/blocking_task.rs"]);
}

#[test]
fn a_flow_brings_its_parameters_and_its_registration() {
    let item = r#"
        /// Every night.
        pub async fn nightly(
            /// Where Nightscout is.
            url: &str,
            #[garde(range(min = 1, max = 30))] #[serde(default = "seven")] days: u32,
            pool: &Pool,
            #[secret] token: String,
        ) -> anyhow::Result<Report> { analyse(url, days).await }
    "#;
    check(Kind::Flow, "timeout = \"1h\"", item, expect_file!["snapshots/flow.rs"]);
}

#[test]
fn a_flow_that_borrows_too_much_is_registered_as_refused() {
    let item = "async fn migrate(pool: &mut Pool) -> u32 { 1 }";
    check(Kind::Flow, "", item, expect_file!["snapshots/refused_flow.rs"]);
}

#[test]
fn other_attributes_go_first() {
    let item = "/// Doubles.\n #[tracing::instrument] #[must_use] async fn double(number: u32) -> u32 { number * 2 }";
    check(Kind::Task, "retries = 0", item, expect_file!["snapshots/other_attributes.rs"]);
}
