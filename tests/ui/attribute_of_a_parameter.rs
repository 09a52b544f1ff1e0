use autotune::{flow, task};

#[flow]
async fn nightly(#[gard(range(min = 1))] days: u32) -> u32 { days }

#[task]
async fn load(#[secrt] token: &str, #[serde(default)] days: u32) -> usize {
    token.len() + days as usize
}

fn main() {}
