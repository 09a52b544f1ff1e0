use std::rc::Rc;

use autotune::task;

#[task(boxed)]
async fn count() -> u32 {
    let number = Rc::new(1);
    std::future::ready(()).await;
    *number
}

fn main() {}
