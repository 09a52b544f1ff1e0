use autotune::task;

#[task(retry_delay = "1s", retry_jitter_factor = 0.5, retry_condition = |_| true)]
async fn load() -> anyhow::Result<()> {
    Ok(())
}

fn main() {}
