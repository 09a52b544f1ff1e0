pub struct Counter(u32);

impl Counter {
    #[autotune::task(retries = 1)]
    async fn increase(&mut self) -> Result<u32, String> {
        Ok(self.0)
    }
    #[autotune::task(retries = 1)]
    async fn consume(self) -> Result<u32, String> { Ok(self.0) }
}

fn main() {}
