//! Functions that are not `async`.

use super::*;

/// One that looks like a method from inside.
#[flow]
async fn with_items_of_its_own(number: u32) -> u32 {
    struct Doubled(u32);
    impl Doubled {
        fn new(number: u32) -> Self {
            Self(number * 2)
        }
    }
    Doubled::new(number).0
}

#[task]
fn sum(numbers: &[u32]) -> u32 {
    numbers.iter().sum()
}

#[task(blocking, retries = 1)]
fn parse(text: String) -> Result<u32, std::num::ParseIntError> {
    if text.is_empty() {
        return Ok(0);
    }
    text.parse()
}

#[task(blocking, timeout = "1m")]
fn shown(number: u32) -> anyhow::Result<impl Display> {
    Ok(number)
}

#[flow]
fn flow(numbers: &[u32]) -> u32 {
    numbers.iter().sum()
}

#[tokio::test]
async fn they_are_calls_as_well() {
    assert_eq!(sum(&[1, 2]).await, 3);
    assert_eq!(parse("3".to_owned()).await, Ok(3));
    assert_eq!(parse(String::new()).await, Ok(0));
    assert_eq!(shown(3).await.expect("a number").to_string(), "3");
    assert_eq!(flow(&[1, 2]).await, 3);
}

#[tokio::test]
async fn a_flow_with_an_impl_inside_starts_by_name() {
    assert_eq!(with_items_of_its_own(2).await, 4);
    drop(autotune::Registry::new().flow(with_items_of_its_own));
}
