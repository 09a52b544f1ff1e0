//! The worker tells that it lives, and hears what it should do.

use super::Worker;
use crate::flow_runs;
use crate::worker_record::Heartbeat;

impl Worker {
    pub(super) async fn beat(&mut self) {
        let mut heartbeat =
            Heartbeat::new(self.options.name.clone(), self.options.pool.clone(), self.options.heartbeat);
        let own = self.running.iter().filter(|(_, run)| !run.is_lost);
        heartbeat.runs = own.map(|(id, _)| *id).collect();
        let orders = self.orchestrator.heartbeat(&heartbeat).await;
        let Some(orders) = self.unanswered.heed("the orchestrator does not hear this worker", orders) else {
            return;
        };
        for id in orders.cancel {
            // One that has not begun hears it next time.
            let _ = flow_runs::cancel(id);
        }
        for id in orders.lost {
            if let Some(run) = self.running.get_mut(&id) {
                tracing::warn!(target: "autotune::worker", "{} is not this worker's any more", run.name);
                run.is_lost = true;
                flow_runs::abandon(id);
            }
        }
    }
}
