//! Rules on parameters.

use super::*;

fn even(number: &u32, _: &()) -> Result<(), autotune::__private::garde::Error> {
    match number % 2 {
        0 => Ok(()),
        _ => Err(autotune::__private::garde::Error::new("odd")),
    }
}

#[task]
async fn checked(
    #[garde(range(min = 2, max = 8), custom(even))] number: &u32,
    #[garde(length(min = 1, max = 3), ascii, prefix("a"))] text: &str,
    #[garde(length(bytes, equal = 2))] owned: String,
    #[garde(length(min = 1))] items: &[u32],
    #[garde(required, range(max = 5))] some: Option<u32>,
    #[garde(skip)] _skipped: u32,
) -> anyhow::Result<usize> {
    Ok(text.len() + owned.len() + items.len() + some.map_or(0, |some| some as usize) + *number as usize)
}

#[tokio::test]
async fn rules_hold_for_direct_calls() {
    let valid = checked(&4, "ab", "xy".to_owned(), &[1], Some(1), 0);
    assert_eq!(valid.await.expect("it is valid"), 10);
    for (call, parameter) in [
        (checked(&3, "ab", "xy".to_owned(), &[1], Some(1), 0), "number"),
        (checked(&10, "ab", "xy".to_owned(), &[1], Some(1), 0), "number"),
        (checked(&4, "b", "xy".to_owned(), &[1], Some(1), 0), "text"),
        (checked(&4, "abcd", "xy".to_owned(), &[1], Some(1), 0), "text"),
        (checked(&4, "ab", "xyz".to_owned(), &[1], Some(1), 0), "owned"),
        (checked(&4, "ab", "xy".to_owned(), &[], Some(1), 0), "items"),
        (checked(&4, "ab", "xy".to_owned(), &[1], None, 0), "some"),
        (checked(&4, "ab", "xy".to_owned(), &[1], Some(6), 0), "some"),
    ] {
        let error = call.await.expect_err("a rule is broken").to_string();
        assert!(error.contains(parameter), "{parameter}: {error}");
    }
}
