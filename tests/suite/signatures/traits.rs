//! Tasks in traits and their implementations.

use super::*;

trait Store {
    async fn get(&self, key: &str) -> Option<u32>;
    fn put(&self, key: &str) -> impl Future<Output = u32> + Send;
}

trait Doubled {
    fn number(&self) -> u32;

    #[task]
    async fn doubled(&self) -> u32
    where
        Self: Sync,
    {
        self.number() * 2
    }
}

struct Memory(u32);

impl Store for Memory {
    #[task(name = "get")]
    async fn get(&self, key: &str) -> Option<u32> {
        Some(self.0 + key.len() as u32)
    }

    #[task]
    async fn put(&self, key: &str) -> u32 {
        key.len() as u32
    }
}

impl Doubled for Memory {
    fn number(&self) -> u32 {
        self.0
    }
}

async fn through<S: Store>(store: &S) -> Option<u32> {
    store.get("abc").await
}

#[tokio::test]
async fn implementations_and_default_methods() {
    assert_eq!(through(&Memory(2)).await, Some(5));
    assert_eq!(Memory(2).put("abc").await, 3);
    assert_eq!(Memory(2).doubled().await, 4);
}
