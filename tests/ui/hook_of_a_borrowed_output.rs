use autotune::prelude::*;
use autotune::Run;

fn notify<R>(_: &Run, _: &State<R>) {}

#[task(on_completion = notify)]
async fn first(words: &str) -> &str {
    words
}

fn main() {}
