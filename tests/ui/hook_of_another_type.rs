use autotune::prelude::*;
use autotune::Run;

fn notify(_: &Run, _: &State<String>) {}

#[task(on_failure = notify)]
async fn load() -> Result<u32, String> {
    Ok(1)
}

fn main() {}
