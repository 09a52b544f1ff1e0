use std::rc::Rc;

#[autotune::task]
async fn argument(number: Rc<u32>) -> u32 { *number }
#[autotune::task]
async fn inside() { let number = Rc::new(1); std::future::ready(()).await; drop(number); }
async fn run() {
    argument(Rc::new(1)).submit().await;
    inside().submit().await;
}
fn main() { drop(run()); }
