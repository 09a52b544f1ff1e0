#[autotune::task]
async fn load(url: &str, days: u32) -> usize { url.len() + days as usize }

async fn run() {
    load("x").await;
    load("x", "7").await;
    load(String::from("x"), 7).await;
}

fn main() { drop(run()); }
