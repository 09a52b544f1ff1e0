//! Two things measured in turn, many times, and the ratio of each pair.

use std::fmt;

use autotune_runtime::clock::Instant;

/// A line of the table.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) what: &'static str,
    pub(crate) floor: &'static str,
    pub(crate) measured: String,
    pub(crate) bar: String,
    pub(crate) holds: bool,
    pub(crate) note: String,
}

impl Row {
    pub(crate) const HEAD: &'static str =
        "| what | against | measured | bar | | |\n|---|---|---|---|---|---|";

    /// A ratio that is to stay below `bar`.
    pub(crate) fn at_most(what: &'static str, floor: &'static str, pairs: &Pairs, bar: f64) -> Self {
        let ratio = pairs.median_ratio();
        let [ours, theirs] = pairs.medians();
        Row {
            what,
            floor,
            measured: format!("{ratio:.2}×"),
            bar: format!("≤ {bar}×"),
            holds: ratio <= bar,
            note: format!("{} / {}", Each(ours), Each(theirs)),
        }
    }

    pub(crate) fn with_allocations(mut self, per_call: f64) -> Self {
        // A batch of history is an allocation now and then.
        self.holds &= per_call < 0.1;
        self.note = format!("{}, {per_call:.2} allocations per call", self.note);
        self
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Row { what, floor, measured, bar, holds, note } = self;
        let verdict = if *holds { "holds" } else { "MISSED" };
        write!(f, "| {what} | {floor} | {measured} | {bar} | {verdict} | {note} |")
    }
}

/// The seconds of one call.
struct Each(f64);

impl fmt::Display for Each {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 < 1e-6 { write!(f, "{:.1} ns", self.0 * 1e9) } else { write!(f, "{:.1} µs", self.0 * 1e6) }
    }
}

/// The times of both sides, pair by pair.
#[derive(Debug, Default)]
pub(crate) struct Pairs {
    ours: Vec<f64>,
    theirs: Vec<f64>,
}

impl Pairs {
    /// Measures both in turn, `rounds` times; each closure returns the seconds of one unit.
    pub(crate) async fn measure<A: Future<Output = f64>, B: Future<Output = f64>>(
        rounds: usize,
        mut ours: impl FnMut() -> A,
        mut theirs: impl FnMut() -> B,
    ) -> Self {
        let mut pairs = Pairs::default();
        for round in 0..rounds + rounds / 10 {
            let (a, b) = (ours().await, theirs().await);
            // The first tenth warms up.
            if round >= rounds / 10 {
                pairs.ours.push(a);
                pairs.theirs.push(b);
            }
        }
        pairs
    }

    pub(crate) fn median_ratio(&self) -> f64 {
        median(self.ours.iter().zip(&self.theirs).map(|(ours, theirs)| ours / theirs).collect())
    }

    fn medians(&self) -> [f64; 2] {
        [&self.ours, &self.theirs].map(|times| median(times.clone()))
    }
}

pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The seconds that one of `count` units of work takes; fractions of a nanosecond count.
pub(crate) async fn per_unit<F: Future>(count: u32, work: impl FnOnce() -> F) -> f64 {
    let start = Instant::now();
    std::hint::black_box(work().await);
    start.elapsed().as_secs_f64() / f64::from(count)
}
