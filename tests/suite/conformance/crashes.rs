//! What ends a flow that its code did not return.

use autotune::prelude::*;

use crate::harness;

// CRA-02
#[tokio::test]
async fn a_panic_in_a_flow_crashes_it_and_goes_on_unwinding() {
    #[flow]
    async fn panics() -> Result<u32, String> {
        panic!("out of range")
    }

    harness::record();
    let unwound = tokio::spawn(panics().named("panics itself")).await.expect_err("it panics");
    assert_eq!(unwound.into_panic().downcast_ref(), Some(&"out of range"));
    let history = harness::history("panics itself").await;
    assert_eq!(history.of("panics"), [StateName::Crashed]);
    assert_eq!(history.states[0].message.as_deref(), Some("out of range"));
}
