//! Galloping: finding a place in a sorted run by doubling steps.

/// How many of the run's items come before the place, searching from `hint`.
///
/// `goes_before(item)` must say whether an item belongs before the place; the
/// search only ever asks it about the items V8 would compare.
pub(super) fn gallop<T>(run: &[T], hint: usize, goes_before: impl Fn(&T) -> bool) -> usize {
    let (mut known_before, end) = if goes_before(&run[hint]) {
        let room = run.len() - hint;
        let (last, next) = stride(room, |step| goes_before(&run[hint + step]));
        (hint + last + 1, hint + next)
    } else {
        let room = hint + 1;
        let (last, next) = stride(room, |step| !goes_before(&run[hint - step]));
        (hint + 1 - next, hint - last)
    };
    let mut end = end;
    while known_before < end {
        let middle = known_before + ((end - known_before) >> 1);
        if goes_before(&run[middle]) {
            known_before = middle + 1;
        } else {
            end = middle;
        }
    }
    end
}

/// Doubles the step while `goes_on`; the last step that did and the next one.
fn stride(room: usize, goes_on: impl Fn(usize) -> bool) -> (usize, usize) {
    let (mut last, mut next) = (0, 1);
    while next < room && goes_on(next) {
        last = next;
        next = (next << 1) + 1;
    }
    (last, next.min(room))
}
