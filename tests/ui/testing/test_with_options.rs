//! The attribute has no options, and the test one parameter at most.

use autotune::testing::Test;

#[autotune::test(start_paused = true)]
async fn time_is_paused_anyway() {}

#[autotune::test]
async fn there_is_one_test(_one: Test, _two: Test) {}

#[autotune::test]
#[test]
async fn once_is_enough() {}

#[autotune::test]
async fn nobody_says_what_it_is<T>() {}

fn main() {}
