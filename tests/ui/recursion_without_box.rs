use autotune::task;

#[task]
async fn count(depth: u32) -> u32 {
    if depth == 0 { 0 } else { count(depth - 1).await }
}

fn main() {}
