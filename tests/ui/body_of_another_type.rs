use autotune::task;

#[task]
async fn value(url: &str) -> anyhow::Result<usize> { url.len() }

#[task]
async fn nothing(url: &str) -> anyhow::Result<usize> { drop(url.to_owned()); }

#[task]
async fn question(url: &str) -> Result<u32, std::fmt::Error> { let n: u32 = url.parse()?; Ok(n) }

fn main() {}
