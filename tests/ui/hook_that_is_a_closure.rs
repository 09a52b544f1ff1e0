use autotune::prelude::*;

#[task(on_failure = |run, state| println!("{run:?} {state:?}"), on_crashed = "notify")]
async fn load() -> Result<u32, String> {
    Ok(1)
}

fn main() {}
