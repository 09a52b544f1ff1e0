use autotune::flow;

#[flow(name = "reports/nightly")]
async fn nightly() {}

fn main() {}
