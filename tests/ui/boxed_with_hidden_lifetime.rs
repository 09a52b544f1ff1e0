use autotune::task;

pub struct Name<'a>(&'a str);

#[task(boxed)]
async fn length(name: Name, text: &str) -> usize {
    name.0.len() + text.len()
}

fn main() {}
