use autotune::task;

pub struct Connection;

#[task(retries = 3)]
async fn save(connection: Connection, rows: &mut Vec<u32>) -> anyhow::Result<()> {
    drop(connection);
    rows.clear();
    Ok(())
}
fn main() {}
