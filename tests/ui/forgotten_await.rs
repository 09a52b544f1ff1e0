#[autotune::task]
async fn load(url: &str) -> anyhow::Result<usize> {
    Ok(url.len())
}

async fn run() -> anyhow::Result<usize> {
    let first: usize = load("x")?;
    let second: usize = load("x");
    Ok(first + second)
}
fn main() { drop(run()); }
