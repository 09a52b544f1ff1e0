use autotune::task;

#[task(timeout = "5m")]
async fn count(url: &str) -> usize {
    url.len()
}

fn main() {}
