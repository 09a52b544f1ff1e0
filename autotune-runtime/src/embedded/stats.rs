//! How the runs of flows and deployments go over time.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Row, params};

use super::{Store, StoreError, runs, sql};
use crate::record::{FlowStats, StatsBy, StatsFilter};

impl Store {
    /// How the runs of each flow, or of each deployment, went that have ended; by name.
    pub fn stats(&self, filter: &StatsFilter) -> Result<Vec<FlowStats>, StoreError> {
        let since = runs::nanoseconds(filter.since.unwrap_or(Timestamp::MIN));
        let deployment = filter.deployment.map(|id| *id.0.as_bytes());
        self.read(|transaction| {
            let mut statement = transaction.prepare_cached(sql::STATS)?;
            let values = params![since, filter.by == StatsBy::Deployment, filter.flow, deployment];
            statement.query_map(values, stats)?.collect()
        })
    }
}

fn stats(row: &Row<'_>) -> rusqlite::Result<FlowStats> {
    let number = |column| row.get::<_, i64>(column).map(i64::unsigned_abs);
    let duration = |column| {
        let nanoseconds = row.get::<_, Option<i64>>(column)?;
        // A clock that was set back while the run ran makes it no shorter than nothing.
        Ok::<_, rusqlite::Error>(nanoseconds.map(|of| Duration::from_nanos(u64::try_from(of).unwrap_or(0))))
    };
    Ok(FlowStats {
        flow: row.get(0)?,
        deployment: row.get(1)?,
        completed: number(2)?,
        failed: number(3)?,
        crashed: number(4)?,
        cancelled: number(5)?,
        median: duration(6)?,
        p95: duration(7)?,
        failures_in_a_row: number(8)?,
    })
}
