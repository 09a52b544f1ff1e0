use autotune::flow;

#[flow(params = NightlyParams)]
async fn nightly<T>(item: T) {
    drop(item);
}

fn main() {}
