//! A stub takes as many arguments as the task.

use autotune::prelude::*;

#[task]
async fn load(url: &str, days: u32) -> usize {
    url.len() + days as usize
}

fn main() {
    autotune::testing::run(async |test| drop(test.stub(load, |url: String| url.len())));
}
