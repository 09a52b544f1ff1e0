//! What may go to another thread.

use super::*;

#[task]
async fn not_send(number: Rc<u32>) -> u32 {
    let copy = Rc::clone(&number);
    tokio::task::yield_now().await;
    *copy
}

#[task]
async fn borrowing(text: &str) -> &str {
    tokio::task::yield_now().await;
    text
}

#[task(retries = 1)]
async fn generic<T: Display + Clone>(item: T) -> Result<String, std::fmt::Error> {
    Ok(item.to_string())
}

fn is_send<T: Send>(value: T) -> T {
    value
}

#[tokio::test]
async fn a_call_is_send_where_its_arguments_are() {
    let owned = String::from("own");
    assert_eq!(is_send(borrowing(&owned)).await, "own");
    assert_eq!(is_send(generic(1)).await.expect("it does not fail"), "1");
    assert_eq!(not_send(Rc::new(3)).await, 3);
    let spawned = tokio::spawn(borrowing("static"));
    assert_eq!(spawned.await.expect("it does not panic"), "static");
}
