use autotune::task;

#[task(retries = 1)]
async fn load(url: &str) -> anyhow::Result<usize> {
    Ok(urll.len())
}

fn main() {}
