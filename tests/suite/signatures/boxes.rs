//! Calls that have one type.

use super::*;

struct Seen<'a>(&'a [u32]);

#[task(boxed)]
async fn tree(depth: u32) -> u32 {
    if depth == 0 {
        return 1;
    }
    let left = tree(depth - 1).submit();
    tree(depth - 1).await + left.await
}

#[task(boxed, retries = 2)]
async fn walk(path: &str, seen: &Seen<'_>, depth: u32) -> Result<usize, String> {
    if depth == 0 {
        return Ok(path.len() + seen.0.len());
    }
    walk(&path[1..], seen, depth - 1).retries(1).await
}

#[task(boxed)]
async fn generic<'a, T: Display + Send + Sync>(text: &'a str, item: &T, rest: fn(&str) -> &str) -> &'a str {
    let _ = item.to_string();
    rest(text)
}

#[task(boxed)]
async fn bounded<T, const N: usize>(items: [T; N]) -> usize
where
    T: Display + Send,
{
    items.iter().map(|item| item.to_string().len()).sum()
}

#[task(boxed)]
async fn opaque(text: &str, length: impl Fn(&str) -> usize + Send) -> usize {
    length(text)
}

#[flow(boxed)]
async fn flow(depth: u32) -> u32 {
    if depth == 0 { 0 } else { flow(depth - 1).await + 1 }
}

#[tokio::test]
async fn boxed_calls_have_one_type() {
    assert_eq!(tree(3).await, 8);
    assert_eq!(walk("abc", &Seen(&[1]), 2).await, Ok(2));
    assert_eq!(generic("abc", &1, |text| text).await, "abc");
    assert_eq!(bounded([1, 22]).await, 3);
    assert_eq!(opaque("abc", str::len).await, 3);
    assert_eq!(flow(3).await, 3);
    let calls = [tree(0), tree(1)];
    assert_eq!(calls.len(), 2);
}
