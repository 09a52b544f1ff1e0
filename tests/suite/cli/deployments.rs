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
