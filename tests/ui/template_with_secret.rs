use autotune::task;

#[task(cache_key = "{url}_{token}")]
async fn load(url: &str, #[secret] token: &str) -> usize {
    url.len() + token.len()
}

fn main() {}
