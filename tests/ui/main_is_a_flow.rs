use autotune::flow;

#[flow]
#[tokio::main]
async fn main() {}
