//! `pause`: a flow that waits until somebody has answered.
//!
//! ```text
//! cargo run -p autotune --example approval
//! ```

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::time::Duration;

use autotune::prelude::*;
use autotune::{flow_runs, pause};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Approval {
    /// Whether the page may be seen by everybody.
    approved: bool,
    /// Who says so.
    by: String,
}

/// Publish a page, if somebody wants it.
#[flow]
async fn publish(page: String) -> anyhow::Result<String> {
    println!("{page} waits for an approval");
    let approval: Approval = pause().key("approve").timeout(Duration::from_mins(10)).for_input().await?;
    anyhow::ensure!(approval.approved, "{} does not want {page}", approval.by);
    Ok(format!("{page} is published, as {} wished", approval.by))
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let publishing = publish("news".to_owned()).submit();

    // Some other part of the program, such as a page with a form, answers in a while.
    tokio::time::sleep(Duration::from_millis(100)).await;
    for pause in flow_runs::paused() {
        let schema = pause.schema().unwrap_or_default();
        println!("`{}` asks for {}", pause.key(), schema["properties"]);
        if let Err(error) = pause.resume_with_json(serde_json::json!({ "approved": "perhaps" })) {
            println!("refused: {error}");
        }
        pause.resume_with(&Approval { approved: true, by: "Ada".to_owned() })?;
    }
    println!("{}", publishing.await?);
    Ok(())
}
