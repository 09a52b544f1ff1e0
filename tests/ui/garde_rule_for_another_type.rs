use autotune::flow;

#[flow]
async fn nightly(#[garde(range(min = 1, max = 30))] days: String) -> anyhow::Result<usize> {
    Ok(days.len())
}

fn main() {}
