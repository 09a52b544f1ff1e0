//! The reference's commands: its answers, its exit codes, its quirks.

use std::{ffi::OsString, fs, process::ExitCode};

use autotune_tasks::{
    oref0::Zone,
    oref0_command::{self, Host},
};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    difference::{Tally, first_difference},
    golden::{self, array},
};

const CASE: &str = "synthetic/a01_openaps_utc";

/// What a command answered.
struct Answer {
    succeeded: bool,
    out: String,
    err: String,
}

/// The files of a command, in a directory of its own.
struct Command {
    directory: TempDir,
    arguments: Vec<OsString>,
}

#[test]
fn both_commands_answer_as_the_reference() {
    let prepared = prep(&[]).run_prep();
    let expected = golden::json(&format!("{CASE}/expected_prep.json")).expect("a prep");
    let found: Value = serde_json::from_str(&prepared.out).expect("an answer");
    assert_eq!(first_difference(&found, &expected), None);

    let tuned = core(&[]).run_core();
    let expected = golden::json(&format!("{CASE}/expected_core.json")).expect("a profile");
    let found: Value = serde_json::from_str(&tuned.out).expect("an answer");
    assert_eq!(first_difference(&found, &expected), None);
    assert!(tuned.out.starts_with("{\n   \"autosens_max\": 1.2,\n"), "{}", tuned.out);
    assert!(tuned.succeeded);
}

#[test]
fn the_answer_can_go_to_a_file() {
    let mut command = prep(&[]);
    let file = command.directory.path().join("out.json");
    command.arguments.push(format!("--output-file={}", file.display()).into());
    let answer = command.run_prep();
    assert!(answer.succeeded && answer.out.is_empty());
    assert!(fs::read_to_string(file).expect("an answer").starts_with("{\"CRData\":"));
}

#[test]
fn wrong_arguments_are_named() {
    let mut command = prep(&[]);
    command.arguments.push("--uam".into());
    let answer = command.run_prep();
    assert!(!answer.succeeded);
    assert!(answer.err.contains("unknown argument `--uam`"), "{}", answer.err);

    let mut command = prep(&[]);
    command.arguments.truncate(3);
    let answer = command.run_prep();
    assert!(!answer.succeeded);
    assert_eq!(answer.out, "{ \"error\": \"Insufficient arguments\" }\n");
}

#[test]
fn bad_input_is_answered_as_by_the_reference() {
    let mut tally = Tally::default();
    for recorded in array(&golden::json("errors/errors.json").expect("recorded errors")) {
        let name = recorded["name"].as_str().expect("a name");
        let answer = match recorded["tool"].as_str() {
            Some("prep") => prep(&prep_input(name)).run_prep(),
            _ => core(&core_input(name)).run_core(),
        };
        let code = i32::from(!answer.succeeded);
        tally.compare(name, &json!(code), &recorded["rc"]);
        // The recording is cut short, and the order of keys is not compared.
        let expected = recorded["stdout"].as_str().expect("text");
        if expected.len() < 100 {
            tally.compare(name, &json!(answer.out), &json!(expected));
        } else {
            let found: Value = serde_json::from_str(&answer.out).expect("an answer");
            tally.check(name, (!found.is_object()).then(|| answer.out.clone()));
        }
        let has_reason = !answer.err.trim().is_empty();
        tally.check(name, (code == 1 && !has_reason).then(|| "no reason given".to_owned()));
    }
    tally.finish(72);
}

#[test]
fn random_bytes_never_panic() {
    let mut random = 42_u64;
    for round in 0..200 {
        let case = golden::text(&format!("{CASE}/treatments.json")).expect("treatments");
        let mut bytes = case.as_bytes()[..case.len().min(4000)].to_vec();
        for _ in 0..=round % 7 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let place = usize::try_from(random >> 33).unwrap_or(0) % bytes.len();
            bytes[place] = b"\"{}[]:,0x-"[usize::try_from(random >> 20).unwrap_or(0) % 10];
        }
        let command = prep(&[]);
        fs::write(command.directory.path().join("treatments.json"), bytes).expect("a file");
        let answer = command.run_prep();
        assert!(answer.succeeded || !answer.err.is_empty());
    }
}

/// The files a recorded `prep` error was made with, where they differ.
fn prep_input(name: &str) -> Vec<(&'static str, Value)> {
    let file = |name| golden::json(&format!("{CASE}/{name}.json")).expect("a file");
    let without = |name, field: &str| {
        let mut content = file(name);
        content.as_object_mut().expect("an object").remove(field);
        content
    };
    let with = |name, field: &str, value: Value| {
        let mut content = file(name);
        content[field] = value;
        content
    };
    let error = json!({"status": 401, "message": "Unauthorized", "description": "Invalid"});
    match name {
        "empty entries" => vec![("entries", json!([]))],
        "entries all below 39" => {
            let mut entries = file("entries");
            for entry in entries.as_array_mut().expect("a list") {
                entry["sgv"] = 30.into();
            }
            vec![("entries", entries)]
        }
        "4 entries only" => vec![("entries", json!(array(&file("entries"))[..4]))],
        "entries null (Nightscout returned null)" => vec![("entries", Value::Null)],
        "entries error object" => vec![("entries", error)],
        "treatments empty" => vec![("treatments", json!([]))],
        "treatments null" => vec![("treatments", Value::Null)],
        "treatments error object" => vec![("treatments", error)],
        "malformed profile" => vec![("profile", Value::from("malformed"))],
        "pump profile without basalprofile" => {
            vec![("pumpprofile", without("pumpprofile", "basalprofile"))]
        }
        "pump profile empty basalprofile" => {
            vec![("pumpprofile", with("pumpprofile", "basalprofile", json!([])))]
        }
        "profile without basalprofile" => vec![("profile", without("profile", "basalprofile"))],
        "carb_ratio below 2 in both" => vec![
            ("profile", with("profile", "carb_ratio", json!(1))),
            ("pumpprofile", with("pumpprofile", "carb_ratio", json!(1))),
        ],
        "profile without isfProfile" => vec![("profile", without("profile", "isfProfile"))],
        "curve null in pump profile" => {
            vec![("pumpprofile", with("pumpprofile", "curve", Value::Null))]
        }
        "last basal rate 0 in profile (prep)" => vec![("profile", zero_rate("profile", true))],
        other => panic!("no input for {other}"),
    }
}

/// The files a recorded `core` error was made with, where they differ.
fn core_input(name: &str) -> Vec<(&'static str, Value)> {
    let without = |name, field: &str| {
        let mut content = golden::json(&format!("{CASE}/{name}.json")).expect("a file");
        content.as_object_mut().expect("an object").remove(field);
        content
    };
    match name.strip_prefix("core: ").unwrap_or(name) {
        "zero basal rate in profile" => vec![("profile", zero_rate("profile", false))],
        "zero basal rate in pump profile" => vec![("pumpprofile", zero_rate("pumpprofile", false))],
        "no basalprofile" => vec![("profile", without("profile", "basalprofile"))],
        "pump without basalprofile" => {
            vec![("pumpprofile", without("pumpprofile", "basalprofile"))]
        }
        "basalprofile starts after midnight" => {
            let mut profile = golden::json(&format!("{CASE}/profile.json")).expect("a profile");
            profile["basalprofile"][0]["minutes"] = 30.into();
            vec![("profile", profile)]
        }
        "prep empty arrays" => vec![(
            "expected_prep",
            json!({
                "CRData": [], "CSFGlucoseData": [], "ISFGlucoseData": [], "basalGlucoseData": []
            }),
        )],
        "prep is {}" => vec![("expected_prep", json!({}))],
        "carb_ratio missing in profile" => vec![("profile", without("profile", "carb_ratio"))],
        other => panic!("no input for {other}"),
    }
}

fn zero_rate(name: &str, is_last: bool) -> Value {
    let mut profile = golden::json(&format!("{CASE}/{name}.json")).expect("a profile");
    let rates = profile["basalprofile"].as_array_mut().expect("a schedule");
    let place = if is_last { rates.len() - 1 } else { 1 };
    rates[place]["rate"] = 0.into();
    profile
}

fn prep(changed: &[(&str, Value)]) -> Command {
    command(&["treatments", "profile", "entries", "pumpprofile"], changed)
}

fn core(changed: &[(&str, Value)]) -> Command {
    command(&["expected_prep", "profile", "pumpprofile"], changed)
}

fn command(files: &[&str], changed: &[(&str, Value)]) -> Command {
    let directory = tempfile::tempdir().expect("a directory");
    let mut arguments = Vec::new();
    for name in files {
        let path = directory.path().join(format!("{name}.json"));
        let content = changed.iter().find(|(file, _)| file == name).map_or_else(
            || golden::text(&format!("{CASE}/{name}.json")).expect("a file").to_owned(),
            // Stands for a file that was cut off.
            |(_, value)| if value == "malformed" { "{".to_owned() } else { value.to_string() },
        );
        fs::write(&path, content).expect("a file");
        arguments.push(path.into());
    }
    Command { directory, arguments }
}

impl Command {
    fn run_prep(&self) -> Answer {
        self.run(oref0_command::prep)
    }

    fn run_core(&self) -> Answer {
        self.run(oref0_command::core)
    }

    fn run(
        &self,
        command: fn(&Host<'_>, &mut dyn std::io::Write, &mut dyn std::io::Write) -> ExitCode,
    ) -> Answer {
        let now = Zone::UTC.moment_of_text("2024-05-15T19:00:00.000Z");
        let host = Host { arguments: &self.arguments, zone: &Zone::UTC, now };
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let code = command(&host, &mut out, &mut err);
        let text = |bytes| String::from_utf8(bytes).expect("text");
        Answer { succeeded: code == ExitCode::SUCCESS, out: text(out), err: text(err) }
    }
}
