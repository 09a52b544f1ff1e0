#[autotune::task]
async fn push(numbers: &mut Vec<u32>) { numbers.push(1) }

async fn run() {
    let mut numbers = vec![];
    let (first, second) = (push(&mut numbers), push(&mut numbers));
    first.await;
    second.await;
}

fn main() { drop(run()); }
