//! Recording artifacts with the run that makes them.

use crate::artifact::{Artifact, ArtifactError};
use crate::context;
use crate::event::{ArtifactEvent, Event};
use crate::moment::Moment;

impl Artifact {
    /// Records the artifact with the run in which this code runs.
    ///
    /// Where runs are not recorded, it goes nowhere.
    pub fn record(self) -> Result<(), ArtifactError> {
        context::with(|node| {
            let node = node.ok_or(ArtifactError::OutsideOfRun)?;
            if let Some(scope) = &node.scope {
                let (sequence, at) = (node.sequence, Moment::now());
                scope.record(Event::Artifact(Box::new(ArtifactEvent { sequence, at, artifact: self })));
            }
            Ok(())
        })
    }
}
