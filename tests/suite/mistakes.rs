//! One case for each mistake: the compiler answers it on the wrong token, and
//! the answer says what to write.

#[test]
fn every_mistake_is_answered_where_it_was_made() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*.rs");
    #[cfg(feature = "testing")]
    cases.compile_fail("tests/ui/testing/*.rs");
}
