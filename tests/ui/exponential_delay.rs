use autotune::{flow, task};

#[task(retries = 3, retry_delay = exponential("1s", "1m"))]
async fn load() -> anyhow::Result<()> {
    Ok(())
}
#[flow(retries = 3, retry_delay = ["1s", "1m"])]
async fn nightly() -> anyhow::Result<()> {
    Ok(())
}
fn main() {}
