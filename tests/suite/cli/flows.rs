//! `flows`, and the commands around it.

use std::process::ExitCode;

use autotune::Registry;
use autotune::cli::{Cli, Process, clap};
use expect_test::expect;

use super::program::run;

#[test]
fn flows_are_a_table() {
    expect![[r#"
        exit 0
        NAME       VERSION  PARAMETERS                                                DESCRIPTION
        analyse    1.0.0    nightscout_url api_secret [days=7] [profile_name] [tune]  Tune a profile.
        echo                [words] [weights] [offset] [factor] [json]                Show what was given.
        explode                                                                       Break.
        nothing                                                                       Return nothing.
        open-door           pin                                                       Open with a number.
    "#]]
    .assert_eq(&run(&["flows"]).shown());
}

#[test]
fn a_flow_has_a_page_of_its_own() {
    expect![[r#"
        exit 0
        analyse 1.0.0
        Tune a profile.

        On data of the last days.

        PARAMETER       TYPE            DEFAULT                           DESCRIPTION
        nightscout_url  text            required                          Where the site is.
        api_secret      text            secret, from AUTOTUNE_API_SECRET  What opens it.
        days            integer 1..=30  7                                 Days of history.
        profile_name    text            none
        tune            true or false   false

        Run it: tuner run analyse --nightscout-url <NIGHTSCOUT_URL>
    "#]]
    .assert_eq(&run(&["flows", "analyse"]).shown());
}

#[test]
fn an_unknown_flow_is_answered_with_those_that_there_are() {
    expect![[r#"
        exit 2
        error: there is no flow `analyze`; this program has analyse, echo, explode, nothing, open-door
    "#]]
    .assert_eq(&run(&["flows", "analyze"]).shown());
}

#[test]
fn the_schema_is_json() {
    let schema: serde_json::Value =
        serde_json::from_str(&run(&["flows", "analyse", "--schema"]).stdout).expect("JSON");
    assert_eq!(schema["properties"]["days"]["maximum"], 30);
    assert_eq!(schema["properties"]["api_secret"]["writeOnly"], true);
}

#[test]
fn everything_is_there_for_other_programs() {
    let flows: serde_json::Value = serde_json::from_str(&run(&["flows", "--json"]).stdout).expect("JSON");
    let names: Vec<_> = flows.as_array().into_iter().flatten().map(|flow| flow["name"].clone()).collect();
    assert_eq!(names, ["analyse", "echo", "explode", "nothing", "open-door"]);
    assert_eq!(flows[0]["version"], "1.0.0");
    assert_eq!(flows[0]["not_startable"], serde_json::Value::Null);
    assert_eq!(flows[0]["parameters"][1]["secret"], true);
    let tasks: serde_json::Value = serde_json::from_str(&run(&["tasks", "--json"]).stdout).expect("JSON");
    assert!(tasks.as_array().is_some_and(|tasks| tasks.iter().any(|task| task["name"] == "load")));
}

#[test]
fn a_command_of_the_program_gets_its_arguments_raw() {
    let process = Process::in_memory();
    let raw = clap::Arg::new("arguments").num_args(0..).trailing_var_arg(true).allow_hyphen_values(true);
    let command = clap::Command::new("oref0-autotune-prep").arg(raw).disable_help_flag(true);
    let cli = Cli::new().registry(Registry::new()).process(process.clone()).command(command, |matches| {
        let arguments: Vec<_> = matches.get_many::<String>("arguments").into_iter().flatten().collect();
        assert_eq!(arguments, ["--categorize_uam_as_basal", "-x", "profile.json", "--help"]);
        ExitCode::from(7)
    });
    let arguments =
        ["tuner", "oref0-autotune-prep", "--categorize_uam_as_basal", "-x", "profile.json", "--help"];
    assert_eq!(format!("{:?}", cli.run_from(arguments)), format!("{:?}", ExitCode::from(7)));
    assert_eq!(process.stdout() + &process.stderr(), "");
}
