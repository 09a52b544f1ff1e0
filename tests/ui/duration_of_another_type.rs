use autotune::task;

const LIMIT: u64 = 5;

#[task(timeout = LIMIT)]
async fn load() -> anyhow::Result<()> {
    Ok(())
}

fn main() {}
