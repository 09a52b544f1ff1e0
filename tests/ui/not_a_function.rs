use autotune::{flow, task};

#[task]
pub struct Load;

#[flow]
pub mod flows {}

fn main() {
    drop(Load);
}
