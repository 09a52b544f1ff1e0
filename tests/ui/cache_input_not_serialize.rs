use autotune::task;

pub struct Query(f64);

#[task(cache_expiration = "1h")]
async fn load(url: &str, query: &Query) -> f64 {
    query.0 + url.len() as f64
}

fn main() {}
