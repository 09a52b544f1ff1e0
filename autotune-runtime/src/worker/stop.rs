//! The end of a worker.

use tokio::sync::mpsc;

use super::{Message, Worker};
use crate::flow_runs;

/// How a worker is to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Stop {
    /// It claims nothing more, and waits for what it runs.
    Drain,
    /// It cancels what it runs, and waits for that.
    Cancel,
}

/// Tells a worker to stop. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Handle(pub(super) mpsc::UnboundedSender<Message>);

impl Handle {
    /// Tells the worker to stop. One that has ended does not mind.
    pub fn stop(&self, stop: Stop) {
        let _ = self.0.send(Message::Stop(stop));
    }
}

impl Worker {
    pub(super) fn stop(&mut self, stop: Stop) {
        self.stop = self.stop.max(Some(stop));
        match stop {
            Stop::Drain => {
                tracing::info!(target: "autotune::worker", "draining: {} runs go on to their end", self.running.len());
            }
            Stop::Cancel => {
                tracing::info!(target: "autotune::worker", "cancelling {} runs", self.running.len());
                for id in self.running.keys() {
                    // One that ends just now needs no telling.
                    let _ = flow_runs::cancel(*id);
                }
            }
        }
    }
}
