use autotune::prelude::*;

#[task]
async fn load() -> u32 {
    7
}

fn main() {
    let _call = load().on_completion(|_, _| 7);
}
