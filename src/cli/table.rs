//! Columns of text.

use console::measure_text_width;

use super::paint::Paint;

const GAP: &str = "  ";
/// A column is not made narrower than this.
const NARROWEST: usize = 18;

/// Rows of text under headings. A column in which nothing stands is left out.
#[derive(Debug)]
pub(super) struct Table<const N: usize> {
    headings: [&'static str; N],
    rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    pub(super) fn new(headings: [&'static str; N]) -> Self {
        Table { headings, rows: Vec::new() }
    }

    pub(super) fn row(&mut self, cells: [String; N]) {
        self.rows.push(cells);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table; one that is wider than `width` has cells of several lines.
    pub(super) fn render(&self, paint: Paint, width: Option<usize>) -> String {
        let mut widths: [usize; N] = std::array::from_fn(|column| self.natural_width(column));
        if let Some(width) = width {
            narrow(&mut widths, width);
        }
        let headings = self.headings.map(ToOwned::to_owned);
        let mut text = render_row(&headings, &widths, |cell| paint.dim(cell));
        for row in &self.rows {
            text += &render_row(row, &widths, ToOwned::to_owned);
        }
        text
    }

    fn natural_width(&self, column: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.get(column));
        let widest = cells.map(|cell| measure_text_width(cell)).max().unwrap_or_default();
        let heading = self.headings.get(column).map_or(0, |heading| heading.len());
        if widest == 0 { 0 } else { widest.max(heading) }
    }
}

/// Takes from the widest columns until all fit.
fn narrow(widths: &mut [usize], width: usize) {
    loop {
        let shown = widths.iter().filter(|width| **width > 0).count();
        let total = widths.iter().sum::<usize>() + GAP.len() * shown.saturating_sub(1);
        let Some(widest) = widths.iter_mut().max() else { return };
        if total <= width || *widest <= NARROWEST {
            return;
        }
        *widest -= 1;
    }
}

fn render_row(cells: &[String], widths: &[usize], paint: impl Fn(&str) -> String) -> String {
    let shown = cells.iter().zip(widths).filter(|(_, width)| **width > 0);
    let columns: Vec<_> = shown.map(|(cell, &width)| (wrap(cell, width), width)).collect();
    let height = columns.iter().map(|(lines, _)| lines.len()).max().unwrap_or_default();
    let mut text = String::new();
    for line in 0..height {
        let mut row = String::new();
        let mut padding = String::new();
        for (lines, width) in &columns {
            let cell = lines.get(line).map_or("", String::as_str);
            if !cell.is_empty() {
                row += &padding;
                row += &paint(cell);
                padding.clear();
            }
            padding += &" ".repeat(width.saturating_sub(measure_text_width(cell)));
            padding += GAP;
        }
        text += &row;
        text.push('\n');
    }
    text
}

/// The words of a text, in lines of at most `width` where no word is longer.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let Some(line) = lines.last_mut() else { break };
        let space = usize::from(!line.is_empty());
        if !line.is_empty() && measure_text_width(line) + space + measure_text_width(word) > width {
            lines.push(word.to_owned());
        } else {
            line.push_str(if space == 1 { " " } else { "" });
            line.push_str(word);
        }
    }
    lines
}

#[cfg(test)]
#[expect(clippy::needless_raw_string_hashes, reason = "`expect_test` writes them")]
mod tests {
    use expect_test::expect;

    use super::{Paint, Table};

    fn table() -> Table<4> {
        let mut table = Table::new(["NAME", "VERSION", "PARAMETERS", "DESCRIPTION"]);
        let row = |cells: [&str; 4]| cells.map(ToOwned::to_owned);
        table.row(row([
            "analysis",
            "",
            "url [days=7] [profile_name]",
            "Run the analysis on data of the last days.",
        ]));
        table.row(row(["greet", "", "", "Say hello."]));
        table
    }

    #[test]
    fn columns_are_aligned_and_an_empty_one_is_left_out() {
        expect![[r"
            NAME      PARAMETERS                   DESCRIPTION
            analysis  url [days=7] [profile_name]  Run the analysis on data of the last days.
            greet                                  Say hello.
        "]]
        .assert_eq(&table().render(Paint::Plain, None));
    }

    #[test]
    fn the_widest_columns_wrap_where_the_table_does_not_fit() {
        expect![[r#"
            NAME      PARAMETERS              DESCRIPTION
            analysis  url [days=7]            Run the analysis on
                      [profile_name]          data of the last days.
            greet                             Say hello.
        "#]]
        .assert_eq(&table().render(Paint::Plain, Some(56)));
    }
}
