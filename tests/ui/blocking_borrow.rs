use autotune::task;

#[task(blocking)]
fn length(text: &str) -> usize {
    text.len()
}

fn main() {}
