use autotune::{flow, task};

#[task(params = LoadParams)]
async fn load() {}

#[flow(cache_expiration = "1h", retry_jitter_factor = 0.5)]
async fn nightly() {}

fn main() {}
