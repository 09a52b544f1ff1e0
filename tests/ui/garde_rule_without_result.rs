use autotune::flow;

#[flow]
async fn nightly(#[garde(range(min = 1, max = 30))] days: u32) -> u32 {
    days
}

fn main() {}
