use autotune::task;

#[task(timeout = "0s")]
async fn load() -> anyhow::Result<()> {
    Ok(())
}

fn main() {}
