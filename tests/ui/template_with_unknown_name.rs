use autotune::task;

#[task(cache_key = "{url}_{day}")]
async fn load(url: &str, days: u32) -> usize {
    url.len() + days as usize
}

fn main() {}
