use autotune::flow;

#[flow]
async fn nightly(#[garde(range(min = 1, max = 30))] days: bool) -> anyhow::Result<usize> {
    Ok(usize::from(days))
}

fn main() {}
