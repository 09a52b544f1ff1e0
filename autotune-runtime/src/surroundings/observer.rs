//! Somebody who watches some code: a test.

use std::fmt::Debug;
use std::sync::Arc;

use super::Stubs;
use crate::event::{Event, Root};
use crate::limits::Limits;
use crate::variable_store::VariableStore;

/// Sees what happens in the runs of some code, while it happens, and has what these
/// runs do not share with others.
pub(crate) trait Observer: Debug + Send + Sync {
    /// Something has happened in a run below `root`.
    fn record(&self, root: &Arc<Root>, event: &Event);

    /// A call was submitted; what is given back is dropped when it has ended.
    fn open_call(&self) -> OpenInTest;

    /// Keeps the cached results of this code apart from those of other code.
    fn cache_name(&self) -> &str;

    /// What takes the place of bodies.
    fn stubs(&self) -> &Stubs;

    /// The limits of this code.
    fn limits(&self) -> &Limits;

    /// The variables of this code.
    fn variables(&self) -> &dyn VariableStore;
}

/// Dropped when a submitted call has ended.
pub(crate) type OpenInTest = Box<dyn Debug + Send>;
