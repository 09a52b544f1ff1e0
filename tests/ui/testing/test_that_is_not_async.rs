//! A test in the harness is `async`.

#[autotune::test]
fn nothing_waits() {}

fn main() {}
