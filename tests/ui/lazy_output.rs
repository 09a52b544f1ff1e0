use autotune::task;

#[task]
async fn rows() -> impl Iterator<Item = u32> {
    0..3
}

#[task]
fn later() -> impl Future<Output = u32> {
    std::future::ready(1)
}
fn main() {}
