#[autotune::task]
async fn load(url: &str) -> usize {
    url.len()
}

async fn run() -> usize {
    let url = String::from("http://localhost");
    load(&url).submit().await
}

fn main() { drop(run()); }
