//! Generic types, constants and where clauses.

use super::*;

#[task]
async fn lengths<T, const N: usize>(items: [T; N]) -> usize
where
    T: Display + Clone,
{
    items.iter().map(|item| item.to_string().len()).sum()
}

#[task(retries = 1)]
async fn joined<T: Display + Clone>(first: T, second: &T) -> Result<String, std::fmt::Error> {
    Ok(format!("{first}{second}"))
}

#[task]
async fn opaque(add: impl Fn(u32) -> u32, name: impl Into<String>) -> String {
    format!("{}{}", add(1), name.into())
}

#[tokio::test]
async fn types_constants_and_where_clauses() {
    assert_eq!(lengths([1, 22, 333]).await, 6);
    assert_eq!(joined("a".to_owned(), &"b".to_owned()).await.expect("it does not fail"), "ab");
    assert_eq!(opaque(|number| number + 1, "z").await, "2z");
}
