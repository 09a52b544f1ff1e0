//! Secrets by name, from the environment and from files. Those of parameters are in `secrets`.

use std::fs;
use std::path::PathBuf;

use autotune::secrets::{self, ExposeSecret, SecretError, SecretString};
use serde::Deserialize;

use crate::harness;

/// A folder with these files, for the test of this name alone.
fn folder(test: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("secrets_by_name").join(test);
    fs::create_dir_all(&folder).expect("the folder can be made");
    for (name, text) in files {
        fs::write(folder.join(name), text).expect("the file can be written");
    }
    folder
}

fn exposed(name: &str) -> String {
    secrets::get(name).expect("it is there").expose_secret().to_owned()
}

#[derive(Debug, Deserialize)]
struct Login {
    user: String,
    password: SecretString,
}

// VAR-05
#[test]
fn a_secret_comes_from_the_environment_or_from_a_file() {
    let files = [
        ("from-file", "hunter2\n"),
        ("in-both", "of the file"),
        ("login", "{ \"user\": \"me\", \"password\": \"hunter2\" }\n"),
    ];
    let docker = folder("docker", &files);
    let systemd = folder("systemd", &[("of-systemd", "hunter3"), ("from-file", "of the second folder")]);
    let name = "secrets_by_name::a_secret_comes_from_the_environment_or_from_a_file";
    let environment = [
        ("AUTOTUNE_SECRETS_DIR", docker.to_str().expect("Unicode")),
        ("CREDENTIALS_DIRECTORY", systemd.to_str().expect("Unicode")),
        ("AUTOTUNE_SECRET_IN_BOTH", "of the environment"),
    ];
    harness::in_a_process_of_its_own(name, &environment, async || {
        assert_eq!(exposed("from-file"), "hunter2");
        assert_eq!(exposed("of-systemd"), "hunter3");
        assert_eq!(exposed("in-both"), "of the environment");
        let login: Login = secrets::load("login").expect("it is JSON");
        assert_eq!((login.user.as_str(), login.password.expose_secret()), ("me", "hunter2"));
        let shown = format!("{login:?} {:?}", secrets::get("from-file"));
        assert!(shown.contains("me") && !shown.contains("hunter2"), "{shown}");
    });
}

#[test]
fn a_secret_that_cannot_be_had_says_why_and_not_what_it_is() {
    let files = folder("wrong", &[("empty", "\n"), ("not-json", "hunter2")]);
    fs::create_dir_all(files.join("a-folder")).expect("the folder can be made");
    fs::write(files.join("not-text"), b"hunter2\xff").expect("the file can be written");
    let name = "secrets_by_name::a_secret_that_cannot_be_had_says_why_and_not_what_it_is";
    let environment =
        [("AUTOTUNE_SECRETS_DIR", files.to_str().expect("Unicode")), ("CREDENTIALS_DIRECTORY", "")];
    harness::in_a_process_of_its_own(name, &environment, async || {
        let folder = files.display();
        let wrong = |name| secrets::get(name).expect_err("it cannot be had");
        assert_eq!(wrong("empty").to_string(), format!("secret `empty` is empty in {folder}/empty"));
        assert_eq!(
            wrong("not-text").to_string(),
            format!("secret `not-text` is not Unicode in {folder}/not-text")
        );
        assert!(matches!(wrong("a-folder"), SecretError::Unreadable { .. }));
        assert_eq!(
            wrong("missing").to_string(),
            format!(
                "there is no secret `missing`: set AUTOTUNE_SECRET_MISSING, which is not set, \
                 or write {folder}/missing, which is no file"
            )
        );
        let outside = wrong("../docker/login");
        assert!(matches!(outside, SecretError::Name(_)), "a name leads to no other folder: {outside}");
        let errors = [wrong("not-text"), secrets::load::<u32>("not-json").expect_err("it is text")];
        assert!(!format!("{errors:?}").contains("hunter2"), "{errors:?}");
    });
}
