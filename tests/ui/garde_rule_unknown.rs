use autotune::flow;

#[flow]
async fn nightly(#[garde(rang(min = 1))] days: u32, #[garde(sorted)] hours: &[u32]) -> usize {
    hours.len() + days as usize
}

fn main() {}
