use autotune::task;

#[task(blocking)]
async fn length(text: String) -> usize {
    text.len()
}

fn main() {}
