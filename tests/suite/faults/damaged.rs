//! A file that is damaged somewhere: whoever reads what is damaged is told so in one sentence.

use std::fs;
use std::path::Path;

use autotune::Registry;
use autotune::cli::{Cli, Process};

use super::{is_sound, run, runs_of, store};

const PAGE: usize = 4096;

/// A database with some runs, all in one file.
fn made(home: &Path) -> Vec<u8> {
    let made = store(home);
    crate::store::fill_with_runs(&made, 20, 20);
    made.vacuum().expect("nobody else has it");
    drop(made);
    fs::read(home.join("autotune.db")).expect("the database")
}

/// What a command says, in this process.
fn said(home: &Path, arguments: &[&str]) -> (String, String) {
    let process = Process::in_memory().variable("AUTOTUNE_HOME", home.to_str().expect("text"));
    let cli = Cli::new().registry(Registry::new()).process(process.clone());
    let _ = cli.run_from(["faults"].into_iter().chain(arguments.iter().copied()));
    (process.stdout(), process.stderr())
}

#[test]
fn any_damaged_page_is_one_sentence_or_no_matter() {
    let folder = tempfile::tempdir().expect("a folder");
    let whole = made(&folder.path().join("whole"));
    let mut refused = 0;
    for page in 0..whole.len() / PAGE {
        let home = folder.path().join(page.to_string());
        fs::create_dir(&home).expect("a folder");
        let mut bytes = whole.clone();
        // The first page keeps what says that it is a database.
        let from = page * PAGE + if page == 0 { 100 } else { 0 };
        bytes[from..(page + 1) * PAGE].iter_mut().for_each(|byte| *byte ^= 0xA5);
        fs::write(home.join("autotune.db"), bytes).expect("a copy");
        for command in [
            &["runs", "ls", "--all"][..],
            &["runs", "stats"],
            &["queues", "ls"],
            &["runs", "prune", "--older-than", "1d"],
        ] {
            let (shown, told) = said(&home, command);
            if told.is_empty() {
                assert!(!shown.is_empty());
                continue;
            }
            refused += 1;
            assert_eq!(told.matches("error: ").count(), 1, "page {page}: {told}");
            assert!(
                told.ends_with(
                    "is damaged, or no database; move it away and a new one is made, or restore a copy\n"
                ),
                "page {page}, {command:?}: {told}"
            );
        }
    }
    assert!(refused > 10, "{refused}");
}

#[test]
fn a_flow_runs_though_the_pages_of_its_history_are_damaged() {
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path();
    let mut bytes = made(home);
    let pages = bytes.len() / PAGE;
    // All but the schema.
    bytes[pages / 2 * PAGE..].iter_mut().for_each(|byte| *byte ^= 0xA5);
    for end in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(home.join(format!("autotune.db{end}")));
    }
    fs::write(home.join("autotune.db"), bytes).expect("a copy");
    let flow = run(home, &["run", "walk", "--side", home.join("side.txt").to_str().expect("text")]);
    flow.is_done();
    assert_eq!(flow.times("is damaged, or no database"), 1, "{}", flow.said);

    // As the sentence says.
    fs::rename(home.join("autotune.db"), home.join("damaged")).expect("it is moved away");
    for end in ["-wal", "-shm"] {
        let _ = fs::remove_file(home.join(format!("autotune.db{end}")));
    }
    run(home, &["run", "rest", "-q"]).is_done();
    assert_eq!(runs_of(home, "rest").len(), 1);
    is_sound(&home.join("autotune.db"));
}
