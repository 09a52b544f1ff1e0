//! Any receiver, in any `impl`.

use super::*;

struct Counter {
    base: u32,
}

impl Counter {
    #[task]
    async fn add(&self, number: &u32) -> u32 {
        self.base + number
    }

    #[task(retries = 1, cache_key = (self.base, number), task_run_name = "add-{number}")]
    async fn add_retried(&self, number: u32) -> Result<u32, String> {
        Ok(self.base + number)
    }

    #[task]
    async fn increase(&mut self) -> u32 {
        self.base += 1;
        self.base
    }

    #[task]
    async fn consume(self) -> u32 {
        self.base
    }

    #[task]
    async fn change_and_consume(mut self) -> u32 {
        self.base += 1;
        self.base
    }

    #[task(retries = 1)]
    async fn typed(self: &Arc<Self>) -> Result<u32, String> {
        Ok(self.base)
    }

    #[task]
    async fn pinned(mut self: std::pin::Pin<&mut Self>) -> u32 {
        self.base += 1;
        self.base
    }

    #[task]
    async fn shared(self: Arc<Self>) -> u32 {
        self.base
    }

    #[task]
    async fn make(base: u32) -> Self {
        Self { base }
    }

    #[task]
    async fn free(base: u32) -> u32 {
        base + 1
    }

    #[task]
    fn synchronous(&self) -> u32 {
        self.base
    }

    #[task(boxed)]
    async fn recursive(&self, depth: u32) -> u32 {
        if depth == 0 { self.base } else { self.recursive(depth - 1).await }
    }

    #[flow]
    async fn flow(&self, number: u32) -> u32 {
        self.base + number
    }

    #[flow(assoc)]
    async fn free_flow(number: u32) -> u32 {
        number + 1
    }
}

struct Wrapper<T>(T);

impl<T: Display + Sync> Wrapper<T> {
    #[task]
    async fn show<U: Display>(&self, other: U) -> String
    where
        T: Clone,
    {
        format!("{}{other}", self.0)
    }

    #[task(boxed)]
    async fn unwrap(self) -> T
    where
        T: Send,
    {
        self.0
    }
}

struct Borrowed<'a>(&'a str);

impl<'a> Borrowed<'a> {
    #[task]
    async fn text(&self) -> &'a str {
        self.0
    }

    #[task(boxed)]
    async fn boxed_text(self, from: usize) -> &'a str {
        &self.0[from..]
    }

    #[task(boxed, retries = 1)]
    async fn boxed_retried(&self, from: &usize) -> Result<&str, String> {
        Ok(&self.0[*from..])
    }
}

#[tokio::test]
async fn implementations_with_lifetimes() {
    let text = String::from("abc");
    assert_eq!(Borrowed(&text).text().await, "abc");
    assert_eq!(Borrowed(&text).boxed_retried(&1).await, Ok("bc"));
    assert_eq!(Borrowed(&text).boxed_text(2).await, "c");
}

#[tokio::test]
async fn any_receiver() {
    let mut counter = Counter { base: 1 };
    assert_eq!(counter.add(&2).await, 3);
    assert_eq!(counter.add_retried(2).retries(3).await, Ok(3));
    assert_eq!(counter.increase().await, 2);
    assert_eq!(counter.synchronous().await, 2);
    assert_eq!(counter.recursive(3).await, 2);
    assert_eq!(counter.flow(3).await, 5);
    assert_eq!(Counter::free_flow(3).await, 4);
    assert_eq!(Arc::new(Counter { base: 2 }).typed().await, Ok(2));
    assert_eq!(std::pin::Pin::new(&mut counter).pinned().await, 3);
    assert_eq!(counter.consume().await, 3);
    assert_eq!(Counter { base: 1 }.change_and_consume().await, 2);
    assert_eq!(Arc::new(Counter { base: 4 }).shared().await, 4);
    assert_eq!(Counter::make(5).await.base + Counter::free(1).await, 7);
}

#[tokio::test]
async fn generic_implementations() {
    assert_eq!(Wrapper(1).show("x").await, "1x");
    assert_eq!(Wrapper(1).unwrap().await, 1);
}
