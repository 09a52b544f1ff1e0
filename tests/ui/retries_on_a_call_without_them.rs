#[autotune::task]
async fn load(url: &str) -> anyhow::Result<usize> {
    Ok(url.len())
}

async fn run() -> anyhow::Result<usize> {
    load("x").retries(5).await
}

fn main() { drop(run()); }
