use autotune::flow;

// FLW-07
#[flow(name = "reports/nightly")]
async fn nightly() {}

fn main() {}
