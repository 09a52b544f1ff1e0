use autotune::task;

#[task(cache_key = "{}", task_run_name = "load {url.host}")]
async fn load(url: &str) -> usize {
    url.len()
}

fn main() {}
