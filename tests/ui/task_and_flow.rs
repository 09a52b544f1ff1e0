#[autotune::task]
#[autotune::flow]
async fn load() -> u32 {
    1
}

fn main() {
    drop(load());
}
