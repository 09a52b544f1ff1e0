use autotune::task;

#[derive(Debug)]
pub struct LoadError;

#[task(timeout = "5m")]
async fn load(url: &str) -> Result<usize, LoadError> {
    if url.is_empty() { Err(LoadError) } else { Ok(1) }
}

fn main() {}
