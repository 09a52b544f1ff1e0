use autotune::task;

#[task(timeout = "5 parsecs")]
async fn load() -> anyhow::Result<()> {
    Ok(())
}

fn main() {}
