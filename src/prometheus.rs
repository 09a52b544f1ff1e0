//! The numbers of [`metrics`](crate::metrics), for a Prometheus server to fetch.

use std::net::SocketAddr;

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder};

/// The bounds of the histograms, in seconds: from a cheap task to a long analysis.
const BUCKETS: [f64; 12] = [0.001, 0.01, 0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0, 21_600.0];

/// Why there is nothing to fetch.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PrometheusError {
    /// The address cannot be listened on.
    #[error("no numbers can be served on {address}: {reason}; choose another address")]
    Address {
        /// The address.
        address: SocketAddr,
        /// Why not.
        reason: String,
    },
    /// The program hands its numbers to another exporter.
    #[error("the numbers of this process go to another exporter already; install one")]
    AlreadyInstalled,
}

/// Answers `GET /metrics` on `address` with the numbers of this process, from now on.
///
/// Numbers are counted where runs are recorded: call `autotune::init()` after it, before the first flow. A program with
/// a recorder of its own puts it into [`Counted`](crate::metrics::Counted). The commands `serve` and `worker` do all
/// this with `--metrics ADDRESS`.
/// Whoever reaches the address reads the names of flows and tasks, and no more; listen on `127.0.0.1` unless others
/// should.
///
/// ```no_run
/// # fn main() -> anyhow::Result<()> {
/// use autotune::{metrics::Counted, prometheus, recorder};
///
/// prometheus::listen("127.0.0.1:9464".parse()?)?;
/// recorder::install(Counted::new(|_: &_, _| ()))?;
/// # Ok(()) }
/// ```
pub fn listen(address: SocketAddr) -> Result<(), PrometheusError> {
    let builder = PrometheusBuilder::new().with_http_listener(address);
    let builder = builder.set_buckets_for_metric(Matcher::Suffix("_duration_seconds".to_owned()), &BUCKETS);
    // Outside of any runtime it makes one of its own: that of the program need not have I/O, and may end.
    let install =
        std::thread::scope(|scope| scope.spawn(|| builder.and_then(PrometheusBuilder::install)).join());
    match install {
        Ok(Ok(())) => Ok(()),
        Ok(Err(BuildError::FailedToSetGlobalRecorder(_))) => Err(PrometheusError::AlreadyInstalled),
        Ok(Err(other)) => Err(PrometheusError::Address { address, reason: other.to_string() }),
        Err(_) => Err(PrometheusError::Address { address, reason: "its thread did not start".to_owned() }),
    }
}
