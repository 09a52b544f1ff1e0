use autotune::{flow, task};

#[task(retry_delay_seconds = 10, cache_key_fn = hash, persist_result = true, log_prints = true)]
async fn load() {}

#[flow(task_run_name = "nightly", timeout_seconds = 60, refresh_cache = true)]
async fn nightly() {}

fn main() {}
