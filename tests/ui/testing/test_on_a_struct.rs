//! The attribute goes on a function.

#[autotune::test]
struct Test;

fn main() {
    let _ = Test;
}
