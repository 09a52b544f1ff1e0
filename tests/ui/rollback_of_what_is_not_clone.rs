use autotune::prelude::*;
use autotune::transaction::Transaction;

struct Handle;

#[task(on_rollback = close)]
async fn open() -> Result<Handle, std::io::Error> {
    Ok(Handle)
}

fn close(_: &Transaction, _: &Handle) {}

#[task(on_commit = |_, _| {})]
async fn with_a_closure() -> u32 {
    1
}

fn main() {}
