//! Parameters that are patterns, have attributes, or keywords as names.

use super::*;

#[task]
async fn taken_apart(
    (first, second): (u32, u32),
    [byte, ..]: [u8; 3],
    mut numbers: Vec<u32>,
    _: String,
    Hidden(text): Hidden<'_>,
) -> u32 {
    numbers.push(first);
    numbers.len() as u32 + second + u32::from(byte) + text.len() as u32
}

#[task]
async fn with_attributes(#[allow(unused)] number: u32, #[cfg(any())] gone: Missing) -> u32 {
    1
}

#[flow]
async fn raw(r#type: u32, #[cfg(any())] gone: Missing, (first, _): (u32, u32)) -> u32 {
    r#type + first
}

#[task(cache_key = "{type}-{_first}", task_run_name = _first.to_string())]
async fn in_templates(r#type: u32, _first: u32) -> u32 {
    r#type
}

#[tokio::test]
async fn parameters_are_patterns() {
    assert_eq!(taken_apart((1, 2), [3, 0, 0], vec![], String::new(), Hidden("ab")).await, 8);
    assert_eq!(with_attributes(1).await, 1);
    assert_eq!(raw(1, (2, 3)).await, 3);
    assert_eq!(in_templates(4, 5).await, 4);
}
