//! The arguments of a stub are those of the task.

use autotune::prelude::*;

#[task]
async fn load(url: &str) -> usize {
    url.len()
}

fn main() {
    autotune::testing::run(async |test| drop(test.stub(load, |url: u32| url as usize)));
}
