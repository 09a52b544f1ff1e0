//! Secrets come from the environment or from somebody, and are never shown.

use autotune::cli::Process;
use expect_test::expect;

use super::program::{run, run_in};

#[test]
fn a_secret_is_no_option() {
    for arguments in
        [&["--api-secret", "hunter2", "word"][..], &["--api-secret=hunter2"], &["--api_secret", "hunter2"]]
    {
        let ran = run(&[&["run", "analyse", "--nightscout-url", "u"], arguments].concat());
        assert_eq!(
            ran.shown(),
            "exit 2\nerror: `--api-secret` is secret, and the command line can be seen by others: \
             set the variable AUTOTUNE_API_SECRET instead, or leave it out to be asked\n"
        );
    }
}

#[test]
fn an_option_that_is_nearly_a_secret_does_not_show_its_value() {
    for option in [&["--api-secrt", "hunter2"][..], &["--api-secrt=hunter2"]] {
        let ran = run(&[&["run", "analyse", "--nightscout-url", "u"], option].concat());
        assert!(ran.shown().starts_with("exit 2") && !ran.shown().contains("hunter2"), "{}", ran.shown());
    }
}

#[test]
fn a_secret_in_params_is_seen_as_well() {
    let ran = run(&["run", "open-door", "--params", "{\"pin\": 4321}"]);
    expect![[r#"
        exit 2
        error: `--pin` is secret, and the command line can be seen by others: set the variable AUTOTUNE_PIN instead, or leave it out to be asked
    "#]].assert_eq(&ran.shown());
}

#[test]
fn a_missing_secret_names_its_variable() {
    expect![[r#"
        exit 2
        error: the secret `pin` is missing: set the variable AUTOTUNE_PIN
    "#]]
    .assert_eq(&run(&["run", "open-door"]).shown());
}

#[test]
fn a_secret_comes_from_its_variable_or_from_somebody() {
    let pin = Process::in_memory().variable("AUTOTUNE_PIN", "1234");
    assert_eq!(run_in(&pin, &["run", "open-door"]).stdout, "true\n");
    let somebody = Process::in_memory().answer("1234");
    assert_eq!(run_in(&somebody, &["run", "open-door"]).stdout, "true\n");
}

#[test]
fn a_secret_that_is_wrong_is_not_shown() {
    let pin = Process::in_memory().variable("AUTOTUNE_PIN", "hunter2");
    expect![[r#"
        exit 2
        error: the value in AUTOTUNE_PIN is not valid for `pin`
    "#]]
    .assert_eq(&run_in(&pin, &["run", "open-door"]).shown());
    let pin = Process::in_memory().answer("hunter2");
    expect![[r#"
        exit 2
        error: that is not a valid `pin`
    "#]]
    .assert_eq(&run_in(&pin, &["run", "open-door"]).shown());
}
