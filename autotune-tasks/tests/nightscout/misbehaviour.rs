//! Servers that answer something else than data.

use std::time::Duration;

use autotune::StateName;
use autotune_tasks::{
    nightscout::{Address, Credentials, NightscoutError, Period},
    tasks::load_nightscout_profile,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tokio::{io::AsyncWriteExt, net::TcpListener, time::Instant};

use crate::{
    fake::{Answer, Fake},
    week,
};

#[tokio::test(start_paused = true)]
async fn what_is_no_data_is_an_error_that_says_what_to_do() {
    const HTML: &str = "text/html; charset=utf-8";
    let error = json!({ "status": 500, "message": "Mongo Error", "description": "x" });
    let cases = [
        (
            Answer::json(401, &json!({ "status": 401 })),
            "refuses access (401); check that AUTOTUNE_API_SECRET",
            false,
        ),
        (Answer::new(401, HTML, "Unauthorized"), "refuses access (401)", false),
        (Answer::json(403, &json!({})), "forbidden (403); check the roles", false),
        (Answer::json(200, &json!(null)), "answered with null in place of a list", false),
        (Answer::json(200, &error), "answered with an error message in place of a list", false),
        (Answer::json(200, &json!("OK")), "answered with text in place of a list", false),
        (Answer::json(200, &json!([{}, 7])), "is a number, not an object", false),
        (Answer::new(200, "text/plain", "\"2024\"\t1\t\"Flat\"\r\n"), "a table of tab-separated text", false),
        (Answer::new(200, HTML, " <!DOCTYPE html><p>sign in"), "answered with a web page", false),
        (Answer::new(200, HTML, ""), "answered with nothing at all", false),
        (Answer::new(404, HTML, "<!DOCTYPE html>"), "at this address (404)", false),
        (Answer::json(500, &error), "has a problem (500)", true),
        (Answer::new(502, HTML, "<html>"), "has a problem (502)", true),
        (Answer::new(503, HTML, "<html>"), "is busy (503); try again later", true),
        (Answer::json(429, &json!({})), "is busy (429); try again later", true),
        (
            Answer::new(200, "application/json", "[{\"sgv\": 1},\n {\"sg"),
            "are broken at line 2, column 5",
            false,
        ),
        (Answer::new(200, "application/json", ""), "are broken at line 1", false),
        (Answer::json(400, &json!({})), "the status 400", false),
        (Answer::json(204, &json!([])), "the status 204", false),
    ];
    for (answer, expected, is_transient) in cases {
        let fake = Fake::always(answer).await;
        let client = week::client(fake.address(), week::SECRET);
        for error in [
            client.entries(day()).await.expect_err(expected),
            client.treatments(day()).await.expect_err(expected),
            client.profiles().await.expect_err(expected),
            client.profile_switches().await.expect_err(expected),
            client.newest_entry().await.expect_err(expected),
            client.create_profile(&json!({})).await.expect_err(expected),
        ] {
            assert!(error.to_string().contains(expected), "{error}");
            assert_eq!(error.is_transient(), is_transient, "{error}");
        }
        assert_eq!(fake.seen().len(), 6, "nothing is asked for twice");
    }
}

#[tokio::test(start_paused = true)]
async fn a_busy_server_is_waited_for_as_long_as_it_asks() {
    let busy = || Answer::new(503, "text/html", "<html>").with_header("retry-after", "5");
    let fake = Fake::start().await;
    fake.next([busy(), busy(), busy()]);
    let client = week::client(fake.address(), week::SECRET);
    let start = Instant::now();
    assert_eq!(client.profiles().await, Ok(Vec::new()));
    assert_eq!(start.elapsed().as_secs(), 15);

    fake.seen();
    fake.next([busy(), busy(), busy(), busy()]);
    let error = client.profiles().await.expect_err("four times are too many");
    assert_eq!(error, NightscoutError::Busy { status: 503, wait: Some(Duration::from_secs(5)) });
    assert_eq!(fake.seen().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_asks_for_too_long_a_wait_is_left_alone() {
    let fake = Fake::always(Answer::json(429, &json!({})).with_header("retry-after", "3600")).await;
    let error = week::client(fake.address(), week::SECRET).profiles().await.expect_err("busy");
    assert_eq!(error.to_string(), "Nightscout is busy (429) and asks to wait 3600 s; try again later");
    assert!(!error.is_transient());
    assert_eq!(fake.seen().len(), 1);
}

#[tokio::test]
async fn the_secret_is_not_taken_along_to_another_address() {
    for status in [301, 302, 303, 307, 308] {
        let other = Fake::start().await;
        let fake =
            Fake::always(Answer::new(status, "text/plain", "").with_header("location", other.address()))
                .await;
        let client = week::client(fake.address(), week::SECRET);
        let error = client.profiles().await.expect_err("a redirect");
        assert_eq!(error, NightscoutError::Redirected { status });
        assert!(error.to_string().contains("begins with `https:`"), "{error}");
        assert_eq!(client.create_profile(&json!({})).await, Err(error));
        assert_eq!(other.seen().len(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_answer_is_not_waited_for_without_end() {
    let mut slow = Answer::json(200, &json!([]));
    slow.delay = Duration::from_hours(1);
    let fake = Fake::always(slow).await;
    let start = Instant::now();
    let error = week::client(fake.address(), week::SECRET).entries(day()).await.expect_err("no answer");
    assert_eq!(error, NightscoutError::TimedOut { what: "entries" });
    assert_eq!(start.elapsed().as_secs(), 60);
    assert!(error.is_transient() && error.leaves_a_write_open());
}

#[tokio::test]
async fn an_answer_without_end_is_not_read() {
    let fake = Fake::always(Answer::new(200, "application/json", " ".repeat(33 * 1024 * 1024))).await;
    let error = week::client(fake.address(), week::SECRET).entries(day()).await.expect_err("too large");
    assert_eq!(error, NightscoutError::TooLarge { what: "entries", limit: 32 });
}

#[tokio::test]
async fn a_connection_that_breaks_off_is_no_data() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let serving = tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let half = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n[";
            socket.write_all(half).await.expect("half an answer");
        }
    });
    let client = week::client(&address, week::SECRET);
    let error = client.entries(day()).await.expect_err("half an answer");
    assert_eq!(error, NightscoutError::BrokenOff { what: "entries" });
    let error = client.create_profile(&json!({})).await.expect_err("half an answer");
    assert!(error.leaves_a_write_open(), "it may have been stored");

    serving.abort();
    assert!(serving.await.is_err_and(|error| error.is_cancelled()));
    let error = client.create_profile(&json!({})).await.expect_err("nobody is there");
    assert!(error.to_string().contains("cannot be reached: Connection refused"), "{error}");
    assert!(error.is_transient() && !error.leaves_a_write_open());
}

#[tokio::test]
async fn a_server_that_does_not_encrypt_is_not_talked_to_as_one_that_does() {
    let fake = Fake::start().await;
    let client = week::client(&fake.address().replace("http:", "https:"), week::SECRET);
    let error = client.profiles().await.expect_err("no encryption");
    assert!(matches!(error, NightscoutError::Unreachable { .. }), "{error}");
    assert_eq!(fake.seen().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn the_task_tries_again_what_may_go_by_and_nothing_else() {
    let fake = Fake::start().await;
    let load = || {
        let credentials = Credentials::parse(week::SECRET).expect("a secret");
        load_nightscout_profile(Address::parse(fake.address()).expect("an address"), credentials)
    };
    let problem = || Answer::json(500, &json!({}));
    fake.next([problem(), problem(), problem()]);
    let state = load().state().await;
    assert_eq!((state.name(), state.run_count()), (StateName::Completed, 4));

    for final_answer in
        [Answer::json(401, &json!({})), Answer::json(403, &json!({})), Answer::json(200, &json!(null))]
    {
        fake.next([final_answer]);
        let state = load().state().await;
        assert_eq!((state.name(), state.run_count()), (StateName::Failed, 1));
    }
}

fn day() -> Period {
    let from: Timestamp = "2024-03-10T00:00:00Z".parse().expect("a time");
    Period::new(from, from + SignedDuration::from_hours(24))
}
