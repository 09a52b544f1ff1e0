//! Outputs of all kinds.

use super::*;

#[task]
async fn nothing() {}

#[task]
async fn opaque(number: u32) -> impl Display {
    number
}

#[task]
async fn opaque_value(text: &str) -> Result<impl Display, std::num::ParseIntError> {
    text.parse::<u32>()?;
    Ok("parsed")
}

#[task]
async fn boxed_error(text: &str) -> Result<&str, Box<dyn std::error::Error + Send + Sync>> {
    let _: u32 = text.parse()?;
    Ok(text)
}

#[task]
async fn returning(number: u32) -> Result<u32, String> {
    for step in 0..number {
        if step == 3 {
            return Ok(step);
        }
    }
    if number == 1 {
        return Err("one".into());
    }
    let inner: Result<u32, String> = async { Ok(9) }.await;
    inner
}

#[tokio::test]
async fn outputs_are_the_functions_own() {
    nothing().await;
    assert_eq!(opaque(3).await.to_string(), "3");
    assert!(opaque_value("x").await.is_err());
    assert_eq!(boxed_error("1").await.expect("a number"), "1");
    assert_eq!(returning(5).await, Ok(3));
    assert_eq!(returning(1).await, Err("one".to_owned()));
    assert_eq!(returning(0).await, Ok(9));
}
