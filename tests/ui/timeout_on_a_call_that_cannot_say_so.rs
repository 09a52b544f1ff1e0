use std::time::Duration;

#[autotune::task]
async fn count() -> usize {
    1
}

async fn run() -> usize {
    count().timeout(Duration::from_secs(1)).await
}
fn main() { drop(run()); }
