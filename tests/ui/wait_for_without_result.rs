#[autotune::task]
async fn first() -> u32 { 1 }
#[autotune::task]
async fn second() -> anyhow::Result<u32> { Ok(1) }

async fn run() {
    let upstream = first().submit();
    drop(first().wait_for(&upstream));
    drop(second().wait_for(7));
}
fn main() { drop(run()); }
