//! A secret appears in no log, record, name or message.

use std::fmt::Write;

use autotune::prelude::*;
use serde_json::json;
use tracing_subscriber::prelude::*;

use crate::{harness, logging::Captured};

const SECRET: &str = "hunter2-is-the-secret";

#[derive(Debug, thiserror::Error)]
enum UploadError {
    #[error("the server refused the upload")]
    Refused,
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
}

#[task(
    task_run_name = "upload to {url}",
    retries = 1,
    retry_delay = "1s",
    cache_expiration = "1m",
    timeout = "1m"
)]
async fn upload(url: &str, #[secret] token: &str) -> Result<usize, UploadError> {
    info!("uploading");
    if url == "refused" { Err(UploadError::Refused) } else { Ok(token.len()) }
}

#[flow(flow_run_name = "secret run to {url}")]
async fn upload_all(
    url: String,
    #[secret]
    #[garde(length(max = 40))]
    token: String,
) -> Result<usize, UploadError> {
    upload("accepted", &token).await?;
    upload(&url, &token).await
}

#[tokio::test(start_paused = true)]
async fn no_path_of_a_run_shows_a_secret() {
    harness::record();
    let captured = Captured::default();
    let subscriber = tracing_subscriber::registry().with(autotune::log::RunLayer).with(captured.clone());
    let _guard = harness::listen(subscriber);

    let state = upload_all("refused".to_owned(), SECRET.to_owned()).state().await;
    let long = format!("{SECRET}{SECRET}");
    let invalid = upload_all("accepted".to_owned(), long).named("secret invalid").state().await;
    let malformed =
        autotune::Registry::discovered().start("upload_all", json!({ "url": "x", "token": [SECRET] }));
    let Err(malformed) = malformed else { panic!("the token is not a string") };

    let mut seen = captured.text();
    for name in ["secret run to refused", "secret invalid"] {
        let history = harness::history(name).await;
        assert!(!history.states.is_empty(), "`{name}` was recorded");
        write!(seen, "{history:?}").expect("a string takes everything");
    }
    write!(seen, "{state:?} {invalid:?} {malformed} {malformed:?}").expect("a string takes everything");
    assert!(seen.contains("uploading") && seen.contains("refused"), "the test sees what is shown: {seen}");
    assert!(invalid.is_failed() && state.is_failed());
    assert!(!seen.contains("hunter2"), "a secret was shown: {seen}");
}
