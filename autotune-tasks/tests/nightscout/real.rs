//! The same against a real Nightscout, which the tests start themselves.

use serde_json::{Value, json};

use crate::{basics, end_to_end, server::Server, week};

#[tokio::test]
async fn a_real_nightscout_is_read_and_written() {
    let Some(server) = Server::start().await else { return };
    let reader = access_token(server.address()).await;
    basics::hold_for(server.address(), &reader).await;
}

#[tokio::test]
async fn the_analysis_of_a_real_nightscout_equals_that_of_the_files() {
    let Some(server) = Server::start().await else { return };
    week::seed(server.address()).await;
    end_to_end::analysis_equals_that_of_the_files(server.address()).await;
}

/// An access token of a subject that may read and nothing else.
async fn access_token(address: &str) -> String {
    let subjects = format!("{address}/api/v2/authorization/subjects");
    let subject = json!({ "name": "reader", "roles": ["readable"], "notes": "" });
    let http = week::http();
    let created = http.post(&subjects).header("api-secret", week::HASHED_SECRET).json(&subject);
    assert!(created.send().await.expect("an answer").status().is_success());
    let listed =
        http.get(&subjects).header("api-secret", week::HASHED_SECRET).send().await.expect("an answer");
    let listed: Value = listed.json().await.expect("subjects");
    listed[0]["accessToken"].as_str().expect("a token").to_owned()
}
