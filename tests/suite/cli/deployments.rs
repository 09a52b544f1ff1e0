//! `deployments`, `serve` and what is around them, where there is nothing to serve.

use super::program::run;

#[test]
fn a_program_without_deployments_is_told_how_to_declare_them() {
    for arguments in [&["serve"][..], &["deployments", "apply"]] {
        let ran = run(arguments);
        assert!(ran.exit.contains('2'), "{}", ran.shown());
        assert!(ran.stderr.contains("give them to `Cli::new().deployments(..)`"), "{}", ran.stderr);
    }
}

#[cfg(not(feature = "prometheus"))]
#[test]
fn a_program_that_cannot_serve_numbers_does_not_take_the_option() {
    let ran = run(&["serve", "--metrics", "127.0.0.1:9464"]);
    assert!(ran.stderr.contains("unexpected argument '--metrics'"), "{}", ran.shown());
}

#[cfg(feature = "prometheus")]
#[test]
fn an_address_that_is_none_is_answered_with_one() {
    let ran = run(&["worker", "--metrics", "9464"]);
    assert!(ran.exit.contains('2') && ran.stderr.contains("as in 127.0.0.1:9464"), "{}", ran.shown());
}
