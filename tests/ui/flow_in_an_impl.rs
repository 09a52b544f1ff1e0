use autotune::flow;

pub struct Reports;

impl Reports {
    #[flow]
    async fn nightly(days: u32) -> u32 {
        days
    }
}

fn main() {}
