use autotune::task;

#[task]
#[test]
fn works() {}

fn main() {}
