//! Help, and the answers to what is not understood.

use expect_test::expect;

use super::program::run;

#[test]
fn no_arguments_show_the_help() {
    expect![[r#"
        exit 0
        Tunes things

        Usage: tuner [COMMAND]

        Commands:
          run          Run a flow
          flows        Show the flows, or what one of them takes
          tasks        Show the tasks that the flows are made of
          runs         Show what has been run, stop it, and go on with it: ls, show, watch, logs, stats,
                       cancel, resume, prune
          deployments  What runs when: ls, show, apply, run, pause, resume, delete
          serve        Apply the deployments of this program, and run them by their schedules
          worker       Run what is scheduled of the flows of this program
          queues       The queues that workers take runs from: ls, create, pause, resume, delete
          workers      Who runs what is scheduled: ls
          limits       How many may do something at a time, in all processes: ls, set, pause, resume, delete
          variables    Values by name, that runs read: ls, get, set, unset
          artifacts    Show what runs have made for people to see: ls
          db           The file of the history: path, vacuum
          completions  Print the script that lets a shell complete commands, flows and options

        Options:
          -V, --version  Print the version
          -h, --help     Print help

        Examples:
          tuner flows               what can be run
          tuner run analyse --help  what it takes
          tuner run analyse --json  its result, for another program
    "#]]
    .assert_eq(&run(&[]).shown());
}

#[test]
fn the_version_is_that_of_the_program() {
    expect![[r#"
        exit 0
        tuner 1.2.3
    "#]]
    .assert_eq(&run(&["--version"]).shown());
}

#[test]
fn the_parameters_of_a_flow_are_options_and_its_secrets_variables() {
    expect![[r#"
        exit 0
        Tune a profile.

        On data of the last days.

        Usage: tuner run analyse --nightscout-url <NIGHTSCOUT_URL> [OPTIONS]

        Parameters:
              --nightscout-url <NIGHTSCOUT_URL>  Where the site is. [required]
              --days <DAYS>                      Days of history. [1..=30] [default: 7]
              --profile-name <PROFILE_NAME>      [optional]
              --tune[=<true|false>]              [default: false]

        Options:
              --params <JSON>    Several parameters at once: '{"days": 3}', or @FILE
              --run-name <NAME>  Name this run
              --tag <TAG>        Tag this run [repeatable]
              --json             Print the result as JSON
          -v, --verbose...       Show more of what happens [repeatable]
          -q, --quiet...         Show less: only warnings; twice, only errors
          -h, --help             Print help

        Secrets, from the environment; a missing one is asked for:
          AUTOTUNE_API_SECRET  What opens it.
    "#]]
    .assert_eq(&run(&["run", "analyse", "--help"]).shown());
}

#[test]
fn a_parameter_takes_the_name_of_an_option_of_ours() {
    let help = run(&["run", "echo", "--help"]).stdout;
    assert!(help.contains("--json <JSON>") && help.contains("--cli-json"), "{help}");
    let ran = run(&["run", "echo", "--json", "text", "--cli-json"]);
    assert_eq!(ran.stdout, "\"[] {} None None \\\"text\\\"\"\n");
}

#[test]
fn a_run_without_a_flow_lists_them() {
    expect![[r#"
        exit 2
        Run a flow

        Usage: tuner run FLOW [OPTIONS]

        Flows:
          analyse    Tune a profile.
          echo       Show what was given.
          explode    Break.
          nothing    Return nothing.
          open-door  Open with a number.

        Options:
          -h, --help  Print help

        'tuner run FLOW --help' shows the parameters of a flow.
    "#]]
    .assert_eq(&run(&["run"]).shown());
}

#[test]
fn a_flow_that_there_is_not_has_a_near_one() {
    expect![[r#"
        exit 2
        error: unrecognized subcommand 'analyze'

          tip: a similar subcommand exists: 'analyse'

        Usage: tuner run FLOW [OPTIONS]

        For more information, try '--help'.
    "#]]
    .assert_eq(&run(&["run", "analyze"]).shown());
}

#[test]
fn an_option_that_there_is_not_has_a_near_one() {
    expect![[r#"
        exit 2
        error: unexpected argument '--nightscout-ul' found

          tip: a similar argument exists: '--nightscout-url'

        Usage: tuner run analyse --nightscout-url <NIGHTSCOUT_URL> [OPTIONS]

        For more information, try '--help'.
    "#]]
    .assert_eq(&run(&["run", "analyse", "--nightscout-ul", "u"]).shown());
}

#[test]
fn a_value_out_of_range_is_answered_with_the_range() {
    expect![[r#"
        exit 2
        error: invalid value '99' for '--days <DAYS>': 99 is not in 1..=30

        For more information, try '--help'.
    "#]]
    .assert_eq(&run(&["run", "analyse", "--days", "99"]).shown());
}

#[test]
fn a_missing_parameter_is_named_with_its_option() {
    expect![[r#"
        exit 2
        error: flow `analyse` needs `--nightscout-url <NIGHTSCOUT_URL>`; `--help` tells more
    "#]]
    .assert_eq(&run(&["run", "analyse", "--days", "3"]).shown());
}

#[test]
fn params_that_cannot_be_are_answered() {
    let say = |params: &str| {
        let ran = run(&["run", "analyse", "--params", params]);
        assert!(ran.exit.contains('2'), "{}", ran.exit);
        ran.stderr
    };
    expect![[r#"
        error: `--params`: parameter `days`: 99 is not in 1..=30
    "#]]
    .assert_eq(&say("{\"days\": 99}"));
    expect![[r#"
        error: `--params`: flow `analyse` has no parameter `dyas`; it has nightscout_url, api_secret, days, profile_name, tune
    "#]].assert_eq(&say("{\"dyas\": 9}"));
    expect![[r#"
        error: `--params` is not a JSON object: write '{"parameter": value}'
    "#]]
    .assert_eq(&say("[]"));
    expect![[r#"
        error: `--params` is not JSON: EOF while parsing an object at line 1 column 1
    "#]]
    .assert_eq(&say("{"));
    expect![[r#"
        error: `--params`: nowhere.json: No such file or directory (os error 2)
    "#]]
    .assert_eq(&say("@nowhere.json"));
}

#[test]
fn a_value_of_another_type_is_answered_by_the_flow() {
    expect![[r#"
        exit 2
        error: parameter `offset` of flow `echo`: invalid type: string "far", expected i64
    "#]]
    .assert_eq(&run(&["run", "echo", "--params", "{\"offset\": \"far\"}"]).shown());
}
