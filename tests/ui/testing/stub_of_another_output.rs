//! The output of a stub is that of the task.

use autotune::prelude::*;

#[task]
async fn load(url: &str) -> Result<usize, String> {
    Ok(url.len())
}

fn main() {
    autotune::testing::run(async |test| drop(test.stub(load, |url: String| url.len())));
}
