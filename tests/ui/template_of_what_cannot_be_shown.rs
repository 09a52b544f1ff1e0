use autotune::task;

pub struct Query;

#[task(task_run_name = "load-{query}")]
async fn load(query: Query) {
    drop(query);
}

fn main() {}
