//! Whatever the names of the user are, they are not in the way.

use super::*;

// The names are free for types and modules.
mod module_with_the_name_of_a_task {}
use unit as renamed_unit;

#[task]
async fn module_with_the_name_of_a_task() {}

#[task]
async fn unit() {}

mod shadowed {
    #![allow(dead_code, non_camel_case_types, unused)]

    struct Result;
    struct Option;
    struct Some;
    struct None;
    struct Ok;
    struct Err;
    struct String;
    struct Box;
    struct Vec;
    struct Duration;
    trait Future {}
    trait Send {}
    trait Clone {}
    trait Default {}
    trait Fn {}
    mod std {}
    mod core {}
    mod serde {}
    mod garde {}
    mod tokio {}
    macro_rules! format {
        () => {};
    }
    macro_rules! module_path {
        () => {};
    }

    #[autotune::task(
        retries = 1,
        retry_delay = exponential("1s", max = "1m"),
        timeout = "1s",
        cache_key = "{text}",
        task_run_name = "r-{text}",
        tags = ["x"]
    )]
    pub(super) async fn task(
        text: &str,
        body: u32,
        call: u32,
        def: u32,
        key: u32,
        #[garde(range(min = 1), custom(|_, _| ::core::result::Result::Ok(())))] autotune: u32,
    ) -> ::core::result::Result<u32, ::anyhow::Error> {
        ::core::result::Result::Ok(body)
    }

    #[autotune::task(cache_expiration = "1h")]
    pub(super) async fn cached(text: &str, inputs: u32) -> u32 {
        inputs
    }

    #[autotune::flow]
    pub(super) async fn flow(
        text: &str,
        body: u32,
        out: u32,
        state: u32,
        #[garde(length(chars, min = 1))] options: ::std::string::String,
    ) -> ::core::result::Result<u32, ::anyhow::Error> {
        ::core::result::Result::Ok(body)
    }
}

mod without_prelude {
    #![no_implicit_prelude]

    // The derive of schemars calls it as a method.
    use ::std::convert::Into as _;

    #[::autotune::task(retries = 1, timeout = "1s", cache_key = (text, days), task_run_name = "{days}")]
    pub(super) async fn task(text: &str, days: u32) -> ::anyhow::Result<u32> {
        let _ = text;
        ::anyhow::Ok(days)
    }

    #[::autotune::flow]
    pub(super) async fn flow(text: &str, days: u32) -> ::anyhow::Result<u32> {
        let _ = text;
        ::anyhow::Ok(days)
    }
}

mod renamed {
    pub(super) use autotune as engine;

    #[engine::task(crate = engine, retries = 0)]
    pub(super) async fn task(number: u32) -> Result<u32, String> {
        Ok(number)
    }

    #[engine::flow(crate = engine)]
    pub(super) async fn flow(number: u32) -> u32 {
        number
    }
}

#[tokio::test]
async fn nothing_of_the_users_is_in_the_way() {
    renamed_unit().await;
    module_with_the_name_of_a_task().await;
    let out = shadowed::task("a", 1, 2, 3, 4, 5).await;
    assert_eq!(out.expect("it does not fail"), 1);
    assert_eq!(shadowed::cached("a", 1).await, 1);
    assert_eq!(shadowed::flow("a", 1, 2, 3, "x".to_owned()).await.expect("it is valid"), 1);
    assert_eq!(without_prelude::task("a", 1).await.expect("it does not fail"), 1);
    assert_eq!(without_prelude::flow("a", 1).await.expect("it is valid"), 1);
    assert_eq!(renamed::task(1).await, Ok(1));
    assert_eq!(renamed::flow(1).await, 1);
}

#[tokio::test]
async fn functions_inside_of_functions() {
    #[task]
    async fn local(number: Local) -> u32 {
        number.0
    }
    #[flow]
    async fn local_flow(number: &Local) -> u32 {
        number.0
    }
    struct Local(u32);
    assert_eq!(local(Local(2)).await, 2);
    assert_eq!(local_flow(&Local(2)).await, 2);
}

#[task(retries = 0)]
async fn with_the_names_of_options(wait_for: u32, return_state: u32, retries: u32) -> Result<u32, String> {
    Ok(wait_for + return_state + retries)
}

#[tokio::test]
async fn parameters_may_be_named_as_the_options_of_a_call() {
    assert_eq!(with_the_names_of_options(1, 2, 3).retries(4).await, Ok(6));
}
