//! Functions as arguments.

use super::*;

#[task]
async fn asynchronous(function: impl AsyncFn(u32) -> u32) -> u32 {
    function(2).await
}

#[task]
async fn once(function: impl FnOnce() -> String) -> String {
    function()
}

#[task]
async fn dynamic(length: &dyn Fn(&str) -> usize, rest: fn(&str) -> &str) -> usize {
    length(rest("abc"))
}

#[tokio::test]
async fn functions_as_arguments() {
    assert_eq!(asynchronous(async |number| number + 1).await, 3);
    let text = String::from("moved");
    assert_eq!(once(move || text).await, "moved");
    assert_eq!(dynamic(&|text| text.len(), |text| &text[1..]).await, 2);
}
