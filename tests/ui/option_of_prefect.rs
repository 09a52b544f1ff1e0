use autotune::{flow, task};

#[task(retry_delay_seconds = 10, cache_key_fn = hash, result_storage = store, log_prints = true)]
async fn load() {}

#[flow(task_run_name = "nightly", timeout_seconds = 60, refresh_cache = true)]
async fn nightly() {}

fn main() {}
