//! Small plots in SVG that fit any width.
//!
//! Shapes lie in a box of 1000 by 1000 that is stretched to the size of the
//! plot, with strokes that are not; text and marks are placed by percentages and
//! keep their size. So a plot needs no script to be read on a phone or on paper.

use std::{fmt::Write as _, ops::Range};

use maud::{Markup, html};

/// The side of the box that shapes are drawn in.
const SIDE: f64 = 1000.0;

/// A range of numbers along one side of a plot.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    from: f64,
    to: f64,
}

impl Scale {
    pub(super) const fn new(from: f64, to: f64) -> Self {
        Self { from, to }
    }

    /// A scale that begins and ends at round numbers around all the given ones.
    pub(super) fn around(numbers: impl IntoIterator<Item = f64>) -> Self {
        let finite = numbers.into_iter().filter(|x| x.is_finite());
        let (from, to) =
            finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(from, to), x| (from.min(x), to.max(x)));
        if from > to {
            return Self::new(0.0, 1.0);
        }
        // A number alone gets some room around it.
        let (from, to) = if to - from < 1e-9 { (from * 0.9, to * 1.1 + 1e-9) } else { (from, to) };
        let step = round_step((to - from) / 4.0);
        Self::new((from / step).floor() * step, (to / step).ceil() * step)
    }

    /// Round numbers on the scale, some four of them.
    pub(super) fn ticks(self) -> Vec<f64> {
        let step = round_step((self.to - self.from) / 4.0);
        let first = (self.from / step - 1e-9).ceil();
        (0..12_i32)
            .map(|place| (first + f64::from(place)) * step)
            .take_while(|tick| *tick <= self.to + step * 1e-9)
            .collect()
    }

    /// How many digits after the point tell the ticks apart.
    pub(super) fn digits(self) -> usize {
        let step = round_step((self.to - self.from) / 4.0);
        let is_whole = |x: f64| (x - x.round()).abs() < 1e-9;
        [1.0, 10.0, 100.0].iter().position(|factor| is_whole(step * factor)).unwrap_or(3)
    }

    /// Where a number lies, from 0 to 1; numbers outside lie on the edge.
    fn place(self, x: f64) -> f64 {
        ((x - self.from) / (self.to - self.from)).clamp(0.0, 1.0)
    }

    pub(super) fn contains(self, x: f64) -> bool {
        x >= self.from && x <= self.to
    }
}

/// 1, 2 or 5 times a power of ten, no less than a number.
fn round_step(least: f64) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    let step = [1.0, 2.0, 5.0].into_iter().find(|factor| factor * power >= least * (1.0 - 1e-9));
    step.unwrap_or(10.0) * power
}

/// The two sides of a plot.
#[derive(Debug, Clone, Copy)]
pub(super) struct Axes {
    pub(super) x: Scale,
    pub(super) y: Scale,
}

impl Axes {
    /// A place from the left, as a percentage for an attribute.
    pub(super) fn left(self, x: f64) -> String {
        percentage(self.x.place(x))
    }

    /// A place from the top, as a percentage for an attribute.
    pub(super) fn top(self, y: f64) -> String {
        percentage(1.0 - self.y.place(y))
    }

    /// The height of a number above the bottom, as a percentage for an attribute.
    pub(super) fn height(self, y: f64) -> String {
        percentage(self.y.place(y))
    }

    /// The width of a stretch, as a percentage for an attribute.
    pub(super) fn width(self, range: &Range<f64>) -> String {
        percentage(self.x.place(range.end) - self.x.place(range.start))
    }

    /// The path of a line through points.
    pub(super) fn line(self, points: impl IntoIterator<Item = (f64, f64)>) -> String {
        let mut path = String::new();
        for (x, y) in points {
            let command = if path.is_empty() { 'M' } else { 'L' };
            self.add(&mut path, command, x, y);
        }
        path
    }

    /// The path of a line in steps, each from its own `x` to the next.
    pub(super) fn steps(self, steps: &[(Range<f64>, f64)]) -> String {
        self.line(steps.iter().flat_map(|(x, y)| [(x.start, *y), (x.end, *y)]))
    }

    /// The path around the area between two lines in steps.
    pub(super) fn band(self, steps: &[(Range<f64>, (f64, f64))]) -> String {
        let upper = steps.iter().flat_map(|(x, (_, high))| [(x.start, *high), (x.end, *high)]);
        let lower = steps.iter().rev().flat_map(|(x, (low, _))| [(x.end, *low), (x.start, *low)]);
        let mut path = self.line(upper.chain(lower));
        path.push('Z');
        path
    }

    /// A path of dots: lines of no length, which round ends make visible.
    pub(super) fn dots(self, points: impl IntoIterator<Item = (f64, f64)>) -> String {
        let mut path = String::new();
        for (x, y) in points {
            self.add(&mut path, 'M', x, y);
            path.push_str("h.1");
        }
        path
    }

    fn add(self, path: &mut String, command: char, x: f64, y: f64) {
        let (x, y) = (self.x.place(x) * SIDE, (1.0 - self.y.place(y)) * SIDE);
        // Writing to a string cannot fail.
        let _ = write!(path, "{command}{x:.1} {y:.1}");
    }
}

fn percentage(share: f64) -> String {
    format!("{:.2}%", share * 100.0)
}

/// What is drawn, and how it is called.
#[derive(Debug)]
pub(super) struct Plot<'p> {
    /// What a reader who cannot see it is told.
    pub(super) label: &'p str,
    /// Names for the height and the colours.
    pub(super) class: &'p str,
    pub(super) axes: Axes,
    /// Where vertical lines lie, and what stands below them.
    pub(super) x_ticks: &'p [(f64, String)],
    /// Where horizontal lines lie, and what stands beside them.
    pub(super) y_ticks: &'p [(f64, String)],
    /// Paths in the box of shapes.
    pub(super) shapes: Markup,
    /// What is placed by percentages, in front of the shapes.
    pub(super) marks: Markup,
}

impl Plot<'_> {
    pub(super) fn draw(&self) -> Markup {
        let axes = self.axes;
        html! {
            div class={ "plot " (self.class) } {
                svg role="img" aria-label=(self.label) {
                    g class="grid" {
                        @for (y, _) in self.y_ticks {
                            @let top = axes.top(*y);
                            line x1="0" x2="100%" y1=(top) y2=(top) {}
                        }
                        @for (x, _) in self.x_ticks {
                            @let left = axes.left(*x);
                            line x1=(left) x2=(left) y1="0" y2="100%" {}
                        }
                    }
                    svg class="shapes" width="100%" height="100%" viewBox="0 0 1000 1000" preserveAspectRatio="none" {
                        (self.shapes)
                    }
                    (self.marks)
                    g class="ticks" {
                        @for (y, text) in self.y_ticks {
                            text x="0" y=(axes.top(*y)) dx="-8" dy="4" text-anchor="end" { (text) }
                        }
                    }
                    g class="ticks below" {
                        @for (x, text) in self.x_ticks {
                            text x=(axes.left(*x)) y="100%" dy="17" text-anchor="middle" { (text) }
                        }
                    }
                }
            }
        }
    }
}

/// A mark of fixed size at a place.
pub(super) fn mark(axes: Axes, x: f64, y: f64, class: &str, path: &str) -> Markup {
    html! {
        svg class="mark" x=(axes.left(x)) y=(axes.top(y)) width="1" height="1" {
            path class=(class) d=(path) {}
        }
    }
}

/// A triangle that points up.
pub(super) const UP: &str = "M-5 4H5L0-5Z";
/// A triangle that points down.
pub(super) const DOWN: &str = "M-5-4H5L0 5Z";

#[cfg(test)]
mod tests {
    use super::{Axes, Scale};

    #[test]
    fn ticks_are_round_numbers_within_the_scale() {
        let scale = Scale::around([0.0, 1.14]);
        assert_eq!(scale.ticks(), [0.0, 0.5, 1.0, 1.5]);
        assert_eq!(scale.digits(), 1);
        assert_eq!(Scale::around([46.2, 49.9]).ticks(), [46.0, 47.0, 48.0, 49.0, 50.0]);
        assert_eq!(Scale::around([f64::NAN]).ticks().len(), 3);
        assert!(Scale::around([5.0]).contains(5.0));
    }

    #[test]
    fn what_lies_outside_is_drawn_on_the_edge() {
        let axes = Axes { x: Scale::new(0.0, 10.0), y: Scale::new(0.0, 2.0) };
        assert_eq!(
            (axes.left(12.0), axes.top(-1.0), axes.width(&(2.0..4.5))),
            over("100.00%", "100.00%", "25.00%")
        );
        assert_eq!(
            axes.steps(&[(0.0..5.0, 1.0), (5.0..10.0, 2.0)]),
            "M0.0 500.0L500.0 500.0L500.0 0.0L1000.0 0.0"
        );
        assert_eq!(axes.dots([(1.0, 1.0)]), "M100.0 500.0h.1");
    }

    fn over(left: &str, top: &str, width: &str) -> (String, String, String) {
        (left.to_owned(), top.to_owned(), width.to_owned())
    }
}
