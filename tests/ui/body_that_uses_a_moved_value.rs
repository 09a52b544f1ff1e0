use autotune::task;

#[task]
async fn load(url: String) -> usize {
    let moved = url;
    url.len() + moved.len()
}

fn main() {}
