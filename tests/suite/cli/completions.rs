//! What a shell is told of the commands.

use std::io::Write;
use std::process::{Command, Stdio};

use super::program::run;

#[test]
fn a_shell_learns_the_commands_the_flows_and_their_options() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = run(&["completions", shell]);
        assert!(ran.exit.contains('0') && ran.stderr.is_empty(), "{}", ran.shown());
        for word in ["runs", "watch", "completions", "open-door", "nightscout-url"] {
            assert!(ran.stdout.contains(word), "{shell} does not know `{word}`");
        }
    }
}

#[cfg(unix)]
#[test]
fn bash_reads_the_script_and_completes_with_it() {
    let script = run(&["completions", "bash"]).stdout;
    let asked = r#"
        COMP_WORDS=(tuner runs wa); COMP_CWORD=2
        _tuner tuner wa runs; echo "${COMPREPLY[*]}"
        COMP_WORDS=(tuner run analyse --nig); COMP_CWORD=3
        _tuner tuner --nig analyse; echo "${COMPREPLY[*]}"
    "#;
    let mut bash = Command::new("bash");
    bash.args(["--norc", "-eu", "-s"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // Where there is no bash, nobody completes with it.
    let Ok(mut bash) = bash.spawn() else { return };
    let mut stdin = bash.stdin.take().expect("piped");
    stdin.write_all(format!("{script}{asked}").as_bytes()).expect("it reads");
    drop(stdin);
    let ended = bash.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&ended.stdout);
    let complaint = String::from_utf8_lossy(&ended.stderr);
    assert_eq!((said.as_ref(), complaint.as_ref()), ("watch\n--nightscout-url\n", ""));
}

#[test]
fn a_shell_that_there_is_not_is_answered_with_those_there_are() {
    let ran = run(&["completions", "csh"]);
    assert!(ran.exit.contains('2') && ran.stderr.contains("[possible values: bash"), "{}", ran.shown());
    let help = run(&["completions", "--help"]).stdout;
    assert!(help.contains("tuner completions bash > ~/.local/share/bash-completion"), "{help}");
}
