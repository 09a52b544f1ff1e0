use autotune::{flow, task};

#[task(timeout = "1s")]
fn sum(number: u32) -> anyhow::Result<u32> {
    Ok(number)
}
#[flow(timeout = "1s")]
fn nightly(number: u32) -> anyhow::Result<u32> {
    Ok(number)
}
fn main() {}
