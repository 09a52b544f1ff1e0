//! The stack of runs and the two merges.

use std::ops::{ControlFlow, Range};

use super::gallop::gallop;

/// Wins in a row after which a merge starts to gallop.
const MINIMUM_GALLOP: usize = 7;

/// A sorted stretch of the items.
#[derive(Debug, Clone, Copy)]
struct Run {
    start: usize,
    length: usize,
}

/// One sort under way.
pub(super) struct Merger<'a, T, F> {
    items: &'a mut [T],
    difference: F,
    runs: Vec<Run>,
    minimum_gallop: usize,
}

impl<'a, T: Clone, F: Fn(&T, &T) -> f64> Merger<'a, T, F> {
    pub(super) fn new(items: &'a mut [T], difference: F) -> Self {
        Self { items, difference, runs: Vec::new(), minimum_gallop: MINIMUM_GALLOP }
    }

    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    /// Finds the run at `start`, turns it round if it descends, returns its length.
    pub(super) fn natural_run(&mut self, start: usize) -> usize {
        let rest = &self.items[start..];
        let [first, second, ..] = rest else { return rest.len() };
        let descends = less(&self.difference, second, first);
        let steps = rest[1..]
            .windows(2)
            .take_while(|pair| less(&self.difference, &pair[1], &pair[0]) == descends)
            .count();
        let length = steps + 2;
        if descends {
            self.items[start..start + length].reverse();
        }
        length
    }

    /// Binary insertion: grows a run of `sorted` items to `length`.
    pub(super) fn insert_into_run(&mut self, start: usize, sorted: usize, length: usize) {
        for place in start + sorted..start + length {
            let (mut left, mut right) = (start, place);
            while left < right {
                let middle = left + ((right - left) >> 1);
                if less(&self.difference, &self.items[place], &self.items[middle]) {
                    right = middle;
                } else {
                    left = middle + 1;
                }
            }
            self.items[left..=place].rotate_right(1);
        }
    }

    /// Adds a run and merges until the lengths shrink fast enough up the stack.
    pub(super) fn push(&mut self, start: usize, length: usize) {
        self.runs.push(Run { start, length });
        while self.runs.len() > 1 {
            let mut at = self.runs.len() - 2;
            if !self.is_established(at + 1) || !self.is_established(at) {
                if self.runs[at - 1].length < self.runs[at + 1].length {
                    at -= 1;
                }
            } else if self.runs[at].length > self.runs[at + 1].length {
                break;
            }
            self.merge_at(at);
        }
    }

    /// Merges what is left into one run.
    pub(super) fn finish(&mut self) {
        while self.runs.len() > 1 {
            let mut at = self.runs.len() - 2;
            if at > 0 && self.runs[at - 1].length < self.runs[at + 1].length {
                at -= 1;
            }
            self.merge_at(at);
        }
    }

    fn is_established(&self, at: usize) -> bool {
        at < 2 || self.runs[at - 2].length > self.runs[at - 1].length + self.runs[at].length
    }

    fn merge_at(&mut self, at: usize) {
        let Run { mut start, length: mut left } = self.runs[at];
        let Run { start: middle, length: mut right } = self.runs[at + 1];
        self.runs[at].length = left + right;
        self.runs.remove(at + 1);

        // What is already in place at both ends stays out of the merge.
        let difference = &self.difference;
        let first = &self.items[middle];
        let skipped = gallop(&self.items[start..start + left], 0, |item| !less(difference, first, item));
        start += skipped;
        left -= skipped;
        if left == 0 {
            return;
        }
        let last = &self.items[start + left - 1];
        right = gallop(&self.items[middle..middle + right], right - 1, |item| less(difference, item, last));
        if right == 0 {
            return;
        }
        let end = if left <= right { End::Front } else { End::Back };
        let merged = &mut self.items[start..middle + right];
        Merge::new(merged, left, end, difference).run(&mut self.minimum_gallop);
    }
}

/// Whether `a` belongs strictly before `b`; not-a-number means equal.
fn less<T>(difference: &impl Fn(&T, &T) -> f64, a: &T, b: &T) -> bool {
    difference(a, b) < 0.0
}

/// The end a merge works from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Front,
    Back,
}

/// Which of two neighbouring runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// Two neighbouring runs being merged.
///
/// The shorter one is set aside, which leaves a gap of its length in the items;
/// the gap wanders through the other run as items are taken.
struct Merge<'m, T, F> {
    items: &'m mut [T],
    aside: Vec<T>,
    /// What is left of the run set aside.
    aside_rest: Range<usize>,
    /// What is left of the run that stayed, as places in `items`.
    rest: Range<usize>,
    end: End,
    difference: &'m F,
}

impl<'m, T: Clone, F: Fn(&T, &T) -> f64> Merge<'m, T, F> {
    fn new(items: &'m mut [T], left: usize, end: End, difference: &'m F) -> Self {
        let (aside, rest) = match end {
            End::Front => (items[..left].to_vec(), left..items.len()),
            End::Back => (items[left..].to_vec(), 0..left),
        };
        Self { aside_rest: 0..aside.len(), items, aside, rest, end, difference }
    }

    /// The run that was set aside.
    fn aside_side(&self) -> Side {
        match self.end {
            End::Front => Side::Left,
            End::Back => Side::Right,
        }
    }

    fn run(mut self, minimum_gallop: &mut usize) {
        let stayed = match self.aside_side() {
            Side::Left => Side::Right,
            Side::Right => Side::Left,
        };
        // The ends were trimmed, so the first item is known to be one that stayed.
        if self.take(stayed, 1).is_continue() {
            let _finished = self.alternate(minimum_gallop);
        }
        self.take_stayed(self.rest.len());
        self.take_aside(self.aside_rest.len());
    }

    fn alternate(&mut self, minimum_gallop: &mut usize) -> ControlFlow<()> {
        let mut minimum = *minimum_gallop;
        loop {
            let (mut wins_left, mut wins_right) = (0, 0);
            while wins_left < minimum && wins_right < minimum {
                let (left, right) = self.candidates();
                if less(self.difference, right, left) == (self.end == End::Front) {
                    (wins_left, wins_right) = (0, wins_right + 1);
                    self.take(Side::Right, 1)?;
                } else {
                    (wins_left, wins_right) = (wins_left + 1, 0);
                    self.take(Side::Left, 1)?;
                }
            }
            minimum += 1;
            loop {
                minimum = (minimum - 1).max(1);
                *minimum_gallop = minimum;
                wins_left = self.gallop(Side::Left);
                self.take(Side::Left, wins_left)?;
                self.take(Side::Right, 1)?;
                wins_right = self.gallop(Side::Right);
                self.take(Side::Right, wins_right)?;
                self.take(Side::Left, 1)?;
                if wins_left < MINIMUM_GALLOP && wins_right < MINIMUM_GALLOP {
                    break;
                }
            }
            minimum += 1;
            *minimum_gallop = minimum;
        }
    }

    /// The next items of the left and of the right run.
    fn candidates(&self) -> (&T, &T) {
        let aside = &self.aside[self.aside_rest.clone()];
        let stayed = &self.items[self.rest.clone()];
        match self.end {
            End::Front => (&aside[0], &stayed[0]),
            End::Back => (&stayed[stayed.len() - 1], &aside[aside.len() - 1]),
        }
    }

    /// How many items of one side come before the next item of the other.
    fn gallop(&self, side: Side) -> usize {
        let (left, right) = self.candidates();
        let run = if side == self.aside_side() {
            &self.aside[self.aside_rest.clone()]
        } else {
            &self.items[self.rest.clone()]
        };
        let hint = match self.end {
            End::Front => 0,
            End::Back => run.len() - 1,
        };
        let place = match side {
            Side::Left => gallop(run, hint, |item| !less(self.difference, right, item)),
            Side::Right => gallop(run, hint, |item| less(self.difference, item, left)),
        };
        match self.end {
            End::Front => place,
            End::Back => run.len() - place,
        }
    }

    /// Takes items of one side; breaks when only a copy is left to do.
    fn take(&mut self, side: Side, count: usize) -> ControlFlow<()> {
        if side == self.aside_side() {
            self.take_aside(count);
        } else {
            self.take_stayed(count);
        }
        if self.rest.is_empty() || self.aside_rest.len() <= 1 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }

    fn take_stayed(&mut self, count: usize) {
        let gap = self.aside_rest.len();
        for _ in 0..count {
            match self.end {
                End::Front => {
                    self.items.swap(self.rest.start - gap, self.rest.start);
                    self.rest.start += 1;
                }
                End::Back => {
                    self.rest.end -= 1;
                    self.items.swap(self.rest.end + gap, self.rest.end);
                }
            }
        }
    }

    fn take_aside(&mut self, count: usize) {
        let gap = self.aside_rest.len();
        let (to, from) = match self.end {
            End::Front => {
                let from = self.aside_rest.start;
                self.aside_rest.start += count;
                (self.rest.start - gap, from)
            }
            End::Back => {
                self.aside_rest.end -= count;
                (self.rest.end + gap - count, self.aside_rest.end)
            }
        };
        self.items[to..to + count].clone_from_slice(&self.aside[from..from + count]);
    }
}
