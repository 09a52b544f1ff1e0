use autotune::task;

#[task(name = 7, tags = "io", retries = -1, crate = "autotune", boxed = true, version = "")]
async fn load() -> anyhow::Result<()> {
    Ok(())
}

fn main() {}
