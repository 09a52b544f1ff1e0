//! `Array.prototype.sort` as V8 implements it: Tim Peters' merge sort.
//!
//! A comparator that returns not-a-number counts as "equal", which makes the
//! order inconsistent: a ratio of zero over zero is "equal" to everything. The
//! outcome then depends on which pairs the algorithm happens to compare, so
//! the algorithm itself has to be the same. With consistent comparators this is
//! any stable sort.

mod gallop;
mod merge;

use merge::Merger;

/// Sorts by the sign of `difference(a, b)`, as `array.sort((a, b) => a - b)` does.
pub fn sort_by_difference<T: Clone>(items: &mut [T], difference: impl Fn(&T, &T) -> f64) {
    if items.len() < 2 {
        return;
    }
    let minimum = minimum_run(items.len());
    let mut merger = Merger::new(items, difference);
    let mut start = 0;
    while start < merger.len() {
        let found = merger.natural_run(start);
        let wanted = minimum.min(merger.len() - start);
        let length = if found < wanted {
            merger.insert_into_run(start, found, wanted);
            wanted
        } else {
            found
        };
        merger.push(start, length);
        start += length;
    }
    merger.finish();
}

/// The length short runs are brought to, so that their number is near a power of two.
fn minimum_run(mut length: usize) -> usize {
    const MERGE_THRESHOLD: usize = 64;
    let mut odd = 0;
    while length >= MERGE_THRESHOLD {
        odd |= length & 1;
        length >>= 1;
    }
    length + odd
}

#[cfg(test)]
mod tests {
    use super::sort_by_difference;

    #[test]
    fn consistent_keys_sort_stably() {
        let mut random = 12_345_u32;
        for length in [0, 1, 2, 31, 32, 63, 64, 65, 200, 999] {
            let mut items: Vec<(u32, u32)> = (0..length)
                .map(|place| {
                    random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    ((random >> 16) % 50, place)
                })
                .collect();
            let mut expected = items.clone();
            expected.sort_by_key(|item| item.0);
            sort_by_difference(&mut items, |a, b| f64::from(a.0) - f64::from(b.0));
            assert_eq!(items, expected);
        }
    }
}
