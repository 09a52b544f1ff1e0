//! What runs show to people.

use autotune::artifact::{Artifact, ArtifactError};
use autotune::prelude::*;

use crate::harness;

#[derive(serde::Serialize)]
struct Row {
    hour: u32,
    rate: f64,
}

#[task]
async fn shows() -> Result<(), ArtifactError> {
    Artifact::markdown("# Report").key("weekly-report")?.description("what came out").record()?;
    Artifact::table(&[Row { hour: 0, rate: 0.65 }, Row { hour: 1, rate: f64::NAN }])?.record()?;
    Artifact::link("http://x", "the page").record()?;
    Artifact::image("http://x/plot.png").record()?;
    Artifact::progress(120.0).key("progress")?.record()
}

#[flow]
async fn shows_in_a_flow() -> Result<(), ArtifactError> {
    shows().await?;
    Artifact::progress(-1.0).record()
}

// VAR-02, VAR-04
#[tokio::test]
async fn artifacts_are_recorded_with_the_run_that_makes_them() {
    harness::record();
    shows_in_a_flow().named("artifacts").await.expect("all of them are recorded");
    assert_eq!(
        harness::history("artifacts").await.artifacts,
        [
            r##"1 markdown weekly-report: "# Report""##,
            r#"1 table : [{"hour":0,"rate":0.65},{"hour":1,"rate":null}]"#,
            r#"1 link : {"link":"http://x","link_text":"the page"}"#,
            r#"1 image : "http://x/plot.png""#,
            "1 progress progress: 100.0",
            "0 progress : 0.0",
        ]
    );
}

#[test]
fn a_key_has_small_letters_digits_and_hyphens() {
    let error = Artifact::markdown("").key("Weekly report").expect_err("it has a space and a capital");
    assert_eq!(
        error.to_string(),
        "`Weekly report` cannot be the key of an artifact; use small letters, digits and hyphens, \
         as in \"weekly-report\""
    );
}

#[test]
fn an_artifact_belongs_to_a_run() {
    assert_eq!(Artifact::markdown("").record(), Err(ArtifactError::OutsideOfRun));
}
