//! Percentiles, as oref0 takes them. (oref0 `lib/percentile.js`)

use super::js;

/// The value at a share of the sorted values, interpolated between neighbours.
///
/// The place is `length * share`, which is half a place too far: the 0.5
/// percentile of two values is the second, not their mean.
#[must_use]
pub fn percentile(sorted: &[f64], share: f64) -> f64 {
    let (Some(&first), Some(&last)) = (sorted.first(), sorted.last()) else { return 0.0 };
    if share <= 0.0 {
        return first;
    }
    if share >= 1.0 {
        return last;
    }
    let place = js::count(sorted.len()) * share;
    let weight = place % 1.0;
    let lower = js::index(place.floor()).unwrap_or(0);
    match (sorted.get(lower), sorted.get(lower + 1)) {
        (Some(lower), Some(upper)) => lower * (1.0 - weight) + upper * weight,
        (Some(lower), None) => *lower,
        (None, _) => last,
    }
}
