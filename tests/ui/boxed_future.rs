use std::pin::Pin;

use autotune::task;

#[task]
fn load<'a>(url: &'a str) -> Pin<Box<dyn Future<Output = usize> + Send + 'a>> {
    Box::pin(async move { url.len() })
}

fn main() {}
