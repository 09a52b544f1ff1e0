//! Testing: a flow in virtual time, without what it talks to.
//!
//! ```text
//! cargo run -p autotune --example testing --features testing
//! cargo test -p autotune --example testing --features testing
//! ```

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use autotune::prelude::*;

/// Load the orders of a day.
#[task(retries = 3, retry_delay = "10m", tags = ["io"])]
async fn load(shop: &str, day: u32) -> anyhow::Result<Vec<u32>> {
    anyhow::bail!("{shop} has no network on day {day}: this is an example")
}

/// Add up what the orders of a week are worth.
#[flow]
async fn weekly(shop: String) -> anyhow::Result<u32> {
    let mut worth = 0;
    for day in 1..=7 {
        worth += load(&shop, day).await?.iter().sum::<u32>();
    }
    info!(worth, "added up");
    Ok(worth)
}

/// What a test of the flow sees, as a program may show it too.
fn main() {
    autotune::testing::run(async |test| {
        test.stub(load, |_: String, day: u32| Ok(vec![day, 10 * day]));
        println!("{:?}", weekly("corner".to_owned()).await.ok());
        println!("{test}");
    });
}

#[cfg(test)]
mod tests {
    use autotune::testing::{Ignored, Test};

    use super::*;

    #[autotune::test]
    async fn a_week_has_seven_days(test: Test) -> anyhow::Result<()> {
        let load = test.stub(load, |_: String, day: u32| Ok(vec![day]));
        assert_eq!(weekly("corner".to_owned()).await?, 28);
        assert_eq!(load.count(), 7);
        assert_eq!(load.calls()[6], ("corner".to_owned(), 7));
        Ok(())
    }

    #[autotune::test]
    async fn a_day_that_fails_for_good_fails_the_week(test: Test) {
        test.stub(load, |_: Ignored, day: u32| {
            anyhow::ensure!(day < 2, "closed");
            Ok(vec![])
        });
        assert!(weekly("corner".to_owned()).await.is_err());
        let runs = test.runs("load");
        assert_eq!(runs.iter().map(|run| run.attempts).collect::<Vec<_>>(), [1, 4]);
        assert_eq!(runs[1].message.as_deref(), Some("closed"));
    }
}
