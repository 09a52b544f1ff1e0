use autotune::task;

#[task("load", retries(3), version)]
async fn load() -> anyhow::Result<()> {
    Ok(())
}

fn main() {}
