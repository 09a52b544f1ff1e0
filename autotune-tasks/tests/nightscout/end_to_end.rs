//! From a Nightscout to a recommendation.

use autotune::Registry;
use autotune_tasks::recommendation::Recommendation;
use serde_json::{Value, json};

use crate::{
    fake::{Answer, Fake, READER},
    week,
};

#[tokio::test]
async fn the_analysis_of_a_nightscout_equals_that_of_the_files() {
    let fake = Fake::start().await;
    week::seed(fake.address()).await;
    analysis_equals_that_of_the_files(fake.address()).await;
}

#[tokio::test]
async fn a_token_that_may_read_is_enough() {
    let fake = Fake::start().await;
    week::seed(fake.address()).await;
    let parameters = json!({ "nightscout_url": fake.address(), "api_secret": READER, "days": 2 });
    assert_eq!(analysis(parameters).await.expect("a recommendation").days.len(), 2);
    assert!(fake.seen().iter().all(|seen| seen.header("api-secret").is_none() || seen.method == "POST"));
}

#[tokio::test]
async fn a_sensor_that_was_away_is_made_up_for_by_an_earlier_day() {
    let fake = Fake::start().await;
    // The third of the seven days has readings for a few hours only.
    let (from, until) = (1_709_974_800_000_i64, 1_710_046_800_000_i64);
    let kept = |entry: &Value| entry["date"].as_i64().is_some_and(|date| !(from..until).contains(&date));
    let entries: Vec<Value> = week::records("entries.json").into_iter().filter(kept).collect();
    week::post(fake.address(), "entries", &json!(entries)).await;
    week::post(fake.address(), "treatments", &json!(week::records("treatments.json"))).await;
    week::post(fake.address(), "profile", &week::profile_document()).await;

    let given =
        |days: u32| json!({ "nightscout_url": fake.address(), "api_secret": week::SECRET, "days": days });
    let found = analysis(given(6)).await.expect("a recommendation");
    let days: Vec<String> = found.days.iter().map(ToString::to_string).collect();
    assert_eq!(days, ["2024-03-07", "2024-03-08", "2024-03-10", "2024-03-11", "2024-03-12", "2024-03-13"]);

    let error = analysis(given(7)).await.expect_err("six days are there");
    assert!(error.contains("7 days were asked for, but 6 have readings"), "{error}");
}

#[tokio::test]
async fn the_last_day_can_be_chosen() {
    let fake = Fake::start().await;
    week::seed(fake.address()).await;
    let parameters = json!({
        "nightscout_url": fake.address(), "api_secret": week::SECRET, "days": 2, "until": "2024-03-09",
    });
    let days = analysis(parameters).await.expect("a recommendation").days;
    assert_eq!(days.iter().map(ToString::to_string).collect::<Vec<_>>(), ["2024-03-08", "2024-03-09"]);
}

#[tokio::test]
async fn too_little_data_is_refused_with_the_reason() {
    let fake = Fake::start().await;
    week::post(fake.address(), "profile", &week::profile_document()).await;
    let given = |more: Value| {
        let mut parameters = json!({ "nightscout_url": fake.address(), "api_secret": week::SECRET });
        let (Some(all), Value::Object(more)) = (parameters.as_object_mut(), more) else { panic!("objects") };
        all.extend(more);
        parameters
    };
    let error = analysis(given(json!({}))).await.expect_err("nothing is there");
    assert!(error.contains("there are no glucose entries"), "{error}");

    week::post(fake.address(), "entries", &json!(week::records("entries.json"))).await;
    let error = analysis(given(json!({ "days": 8 }))).await.expect_err("too few days");
    assert!(error.contains("8 days were asked for, but 7 have readings for at least 70 %"), "{error}");
    let error =
        analysis(given(json!({ "days": 2, "min_entries": 600 }))).await.expect_err("too few readings");
    assert!(error.contains("there are 578 readings, 600 are needed"), "{error}");

    let files = json!({ "data": week::directory(), "days": 2, "min_entries": 600 });
    let error = analysis(files).await.expect_err("too few readings");
    assert!(error.contains("there are 578 readings, 600 are needed"), "{error}");
}

#[tokio::test]
async fn data_comes_from_one_place() {
    for (parameters, expected) in [
        (json!({}), "give either `data`, a directory, or `nightscout_url`"),
        (
            json!({ "data": "x", "nightscout_url": "https://x.example.org" }),
            "both `data` and `nightscout_url`",
        ),
        (json!({ "data": "x", "units": "mmol/L" }), "`units` is for a Nightscout"),
        (json!({ "nightscout_url": "http://x.example.org" }), "write `https:`"),
        (json!({ "nightscout_url": "https://x.example.org", "timezone": "Mars" }), "no time zone is called"),
        (json!({ "nightscout_url": "https://x.example.org", "api_secret": " " }), "is empty"),
    ] {
        let error = analysis(parameters).await.expect_err(expected);
        assert!(error.contains(expected), "{error}");
    }
}

#[tokio::test]
async fn the_command_line_prints_the_same_for_both_and_shows_no_secret() {
    let fake = Fake::start().await;
    week::seed(fake.address()).await;
    let home = tempfile::tempdir().expect("a folder for the history");
    let run = async |arguments: &[&str], secret: Option<&str>| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_autotune"));
        command.env("AUTOTUNE_HOME", home.path());
        command.args(["run", "autotune-analysis", "-vvv"]).args(arguments).env_remove("AUTOTUNE_API_SECRET");
        command.envs(secret.map(|secret| ("AUTOTUNE_API_SECRET", secret))).stdin(std::process::Stdio::null());
        // The server answers on this thread.
        let ended =
            tokio::task::spawn_blocking(move || command.output()).await.expect("it runs").expect("it starts");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (output, log) = (text(&ended.stdout), text(&ended.stderr));
        for private in [week::SECRET, week::HASHED_SECRET, READER, "jwt.of.reader"] {
            assert!(!output.contains(private) && !log.contains(private), "{log}");
        }
        assert!(log.contains("data-preparation"), "{log}");
        (ended.status.success(), output, log)
    };
    let directory = week::directory();
    let files = ["--data", directory.to_str().expect("a path")];
    let (is_done, from_files, log) = run(&files, None).await;
    assert!(is_done, "nobody is asked for a secret: {log}");
    assert!(from_files.contains("Recommendation from 7 days"), "{from_files}");

    let server = ["--nightscout-url", fake.address()];
    for secret in [week::SECRET, READER] {
        let (is_done, from_server, log) = run(&server, Some(secret)).await;
        assert!(is_done, "{log}");
        let (analysis, change) = from_server.split_at(from_files.trim_end().len());
        assert_eq!(analysis, from_files.trim_end());
        assert!(change.contains("Nothing was written."), "{change}");
    }
    let (is_done, _, log) = run(&server, None).await;
    assert!(!is_done && log.contains("set the variable AUTOTUNE_API_SECRET"), "{log}");
    let mut files = 0;
    for file in std::fs::read_dir(home.path()).expect("the history is there") {
        let bytes = std::fs::read(file.expect("a file").path()).expect("it can be read");
        for private in [week::SECRET, week::HASHED_SECRET, READER, "jwt.of.reader"] {
            assert!(!bytes.windows(private.len()).any(|window| window == private.as_bytes()));
        }
        files += 1;
    }
    assert!(files > 0, "the runs are recorded");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_wakes_up_is_waited_for() {
    let fake = Fake::start().await;
    week::seed(fake.address()).await;
    let asleep = || Answer::new(503, "text/html", "<html>starting</html>");
    fake.next([asleep().with_header("retry-after", "7"), asleep(), Answer::json(500, &json!({})), asleep()]);
    let parameters = json!({ "nightscout_url": fake.address(), "api_secret": week::SECRET, "days": 2 });
    assert_eq!(analysis(parameters).await.expect("a recommendation").days.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn wrong_credentials_are_shown_once() {
    let fake = Fake::start().await;
    let parameters = json!({ "nightscout_url": fake.address(), "api_secret": "another secret" });
    let error = analysis(parameters).await.expect_err("no access");
    assert!(error.contains("refuses access (401); check that AUTOTUNE_API_SECRET"), "{error}");
    assert_eq!(fake.seen().len(), 1, "Nightscout makes everybody wait who tries again");
}

/// The week in a Nightscout, and in files, to the last digit.
pub(crate) async fn analysis_equals_that_of_the_files(address: &str) {
    let expected = analysis(json!({ "data": week::directory() })).await.expect("a recommendation");
    let given = json!({ "nightscout_url": address, "api_secret": week::SECRET, "profile_name": "Default" });
    let found = analysis(given).await.expect("a recommendation");

    assert_eq!(found.to_string(), expected.to_string());
    assert_eq!(found.to_oref0_text(), expected.to_oref0_text());
    let comparable = |recommendation: &Recommendation| {
        let mut json = serde_json::to_value(recommendation).expect("JSON");
        for profile in ["pump", "profile"] {
            // A preference that no Nightscout knows and the analysis does not look at.
            json[profile].as_object_mut().expect("a profile").remove("max_basal");
        }
        json
    };
    assert_eq!(comparable(&found), comparable(&expected));
}

/// Runs the flow as the command line does.
pub(crate) async fn analysis(parameters: Value) -> Result<Recommendation, String> {
    let run =
        Registry::discovered().start("autotune-analysis", parameters).map_err(|error| error.to_string())?;
    let outcome = run.await;
    match outcome.json {
        Some(json) if outcome.message.is_none() => {
            Ok(serde_json::from_value(json).expect("a recommendation"))
        }
        _ => Err(outcome.message.unwrap_or_default()),
    }
}
