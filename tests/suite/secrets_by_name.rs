//! Secrets by name, from outside.

use autotune::secrets::{self, SecretError};

#[test]
fn a_name_that_could_leave_the_directory_is_refused() {
    for name in ["../shadow", "a/b", "Token", ""] {
        let error = secrets::get(name).expect_err("it is no name");
        assert!(matches!(error, SecretError::Name(_)), "{error:?}");
    }
}

#[test]
fn a_secret_that_nobody_has_set_is_an_error() {
    let error = secrets::load::<u32>("a-secret-that-nobody-has-set").expect_err("nobody has set it");
    assert!(matches!(error, SecretError::Missing { .. }), "{error:?}");
}
