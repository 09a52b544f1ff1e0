//! lodash's `sortBy` and `orderBy`.
//!
//! Both are stable; where keys are not comparable lodash has an order of its
//! own, and reversing it also moves what is not a number to the front.

use std::cmp::Ordering;

use serde_json::Value;

use super::sort::sort_by_difference;

/// What records are sorted by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Key {
    /// A number, or not-a-number.
    Number(f64),
    /// `null`, which comes after every number.
    Null,
    /// `undefined`, which comes after `null`.
    Missing,
}

impl Key {
    /// The key in a field of a record.
    pub(crate) fn of(field: Option<&Value>) -> Self {
        match field {
            None => Self::Missing,
            Some(Value::Null) => Self::Null,
            present => Self::Number(super::number(present)),
        }
    }

    fn is_plain(self) -> bool {
        matches!(self, Self::Number(x) if !x.is_nan())
    }

    /// The place among numbers, `null`, `undefined` and not-a-number.
    fn class(self) -> u8 {
        match self {
            Self::Number(x) if x.is_nan() => 3,
            Self::Number(_) => 0,
            Self::Null => 1,
            Self::Missing => 2,
        }
    }

    /// lodash's `compareAscending`; two keys that are not numbers never agree.
    fn difference(self, other: Self) -> f64 {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) if a < b => -1.0,
            (Self::Number(a), Self::Number(b)) if a > b => 1.0,
            _ if self.class() == 3 => 1.0,
            _ => f64::from(self.class()) - f64::from(other.class()),
        }
    }
}

/// The direction of a sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// Smallest first: `sortBy`.
    Ascending,
    /// Largest first: `orderBy(…, 'desc')`.
    Descending,
}

/// Sorts records by a key, keeping the order of equal ones.
pub(crate) fn sort_by_key<T: Clone>(records: &mut Vec<T>, direction: Direction, key: impl Fn(&T) -> Key) {
    let sign = match direction {
        Direction::Ascending => 1.0,
        Direction::Descending => -1.0,
    };
    // Plain numbers have one stable order, whatever the algorithm.
    if records.iter().all(|record| key(record).is_plain()) {
        records.sort_by(|a, b| {
            let difference = sign * key(a).difference(key(b));
            difference.partial_cmp(&0.0).unwrap_or(Ordering::Equal)
        });
        return;
    }
    let mut keyed: Vec<(Key, usize)> =
        records.iter().enumerate().map(|(place, record)| (key(record), place)).collect();
    sort_by_difference(&mut keyed, |a, b| {
        let difference = sign * a.0.difference(b.0);
        if difference == 0.0 { super::count(a.1) - super::count(b.1) } else { difference }
    });
    *records = keyed.iter().filter_map(|(_, place)| records.get(*place).cloned()).collect();
}

#[cfg(test)]
mod tests {
    use super::{Direction, Key, sort_by_key};

    #[test]
    fn what_has_no_number_comes_last() {
        let mut records = vec![
            (Key::Missing, 'a'),
            (Key::Number(f64::NAN), 'b'),
            (Key::Number(2.0), 'c'),
            (Key::Null, 'd'),
            (Key::Number(1.0), 'e'),
            (Key::Number(2.0), 'f'),
        ];
        sort_by_key(&mut records, Direction::Ascending, |record| record.0);
        let order: String = records.iter().map(|record| record.1).collect();
        assert_eq!(order, "ecfdab");
    }
}
