use autotune::task;

#[task(retries = 3)]
async fn save(count: impl Fn() -> u32) -> anyhow::Result<u32> {
    Ok(count())
}

fn main() {}
