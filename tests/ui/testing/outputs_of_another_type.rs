//! The outputs of a stub are those of the task.

use autotune::prelude::*;

#[task]
async fn load() -> Result<usize, String> {
    Ok(7)
}

fn main() {
    autotune::testing::run(async |test| drop(test.stub_outputs(load, [7])));
}
