//! Arguments and outputs that borrow.

use super::*;

#[allow(elided_lifetimes_in_paths)]
#[task]
async fn hidden(first: Hidden, second: &Hidden, third: &str) -> usize {
    first.0.len() + second.0.len() + third.len()
}

#[task]
async fn named<'a, 'b: 'a>(first: &'a str, _second: &'b str) -> &'a str {
    first
}

#[task]
async fn elided(text: &str) -> &str {
    &text[1..]
}

#[task]
async fn mutable(numbers: &mut Vec<u32>) {
    numbers.push(1)
}

#[flow]
async fn borrowing_flow<'a>(text: &'a str, numbers: &[u32]) -> &'a str {
    &text[numbers.len()..]
}

#[flow]
async fn refused_flow(numbers: &mut Vec<u32>) -> usize {
    numbers.push(1);
    numbers.len()
}

/// The guard in the last expression is dropped before the parameter.
#[task]
async fn guarded(number: Mutex<u32>) -> u32 {
    *number.lock().expect("nobody panics")
}

#[tokio::test]
async fn arguments_are_borrowed() {
    let owned = String::from("b");
    assert_eq!(hidden(Hidden("a"), &Hidden(&owned), "c").await, 3);
    assert_eq!(named("a", "b").await, "a");
    assert_eq!(elided("abc").await, "bc");
    let mut numbers = vec![];
    mutable(&mut numbers).await;
    assert_eq!(numbers, [1]);
    assert_eq!(borrowing_flow("abc", &[1]).await, "bc");
    assert_eq!(refused_flow(&mut numbers).await, 2);
    assert_eq!(guarded(Mutex::new(3)).await, 3);
}
