use autotune::{Registry, flow};

pub struct Pool;

#[flow]
async fn nightly(pool: Pool) { drop(pool); }
#[flow]
async fn generic<T>(item: T) { drop(item); }

fn main() {
    drop(Registry::new().flow(nightly).flow(generic::<u32>));
}
