use autotune::task;

#[task(retries = 1, retry_delay = "60", timeout = 300)]
async fn load() -> anyhow::Result<()> {
    Ok(())
}

fn main() {}
