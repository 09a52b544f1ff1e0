use autotune::prelude::*;
use autotune::Run;

fn notify(_: &Run, _: &State<u64>) {}

#[task(on_failure = notify)]
async fn load() -> anyhow::Result<u32> {
    Ok(1)
}

fn main() {}
