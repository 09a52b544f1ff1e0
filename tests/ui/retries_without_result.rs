use autotune::task;

#[task(retries = 3)]
async fn count(url: &str) -> usize {
    url.len()
}

fn main() {}
