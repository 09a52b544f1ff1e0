use autotune::task;

#[task(retrys = 3, colour = "red")]
async fn load(url: &str) -> anyhow::Result<usize> {
    Ok(url.len())
}

fn main() {}
