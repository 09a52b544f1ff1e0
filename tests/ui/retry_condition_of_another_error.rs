use autotune::task;

fn is_transient(error: &std::fmt::Error) -> bool {
    error == &std::fmt::Error
}

#[task(retries = 2, retry_condition = is_transient)]
async fn path() -> Result<(), std::io::Error> { Ok(()) }

#[task(retries = 2, retry_condition = |error: &u32| *error > 1)]
async fn closure() -> Result<(), std::io::Error> { Ok(()) }
fn main() {}
