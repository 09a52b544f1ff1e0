use autotune::task;

#[task(retries = 1, retries = 2)]
async fn load() -> anyhow::Result<()> {
    Ok(())
}

fn main() {}
