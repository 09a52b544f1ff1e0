use autotune::task;

#[task(cache_key = (url, token), task_run_name = format!("load {token}"))]
async fn load(url: &str, #[secret] token: &str) -> usize {
    url.len() + token.len()
}

fn main() {}
