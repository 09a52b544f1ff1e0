#![deny(unused_must_use)]

#[autotune::task]
async fn load(url: &str) -> anyhow::Result<usize> { Ok(url.len()) }

async fn run() {
    load("x");
    load("x").submit();
    load("x").await;
}
fn main() { drop(run()); }
