//! Colours, where they are wanted.

use clap::builder::StyledStr;
use console::Style;

/// Whether text is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paint {
    /// With the terminal's codes for colours.
    Colored,
    /// Without any codes.
    Plain,
}

impl Paint {
    pub(super) fn bold(self, text: &str) -> String {
        self.apply(Style::new().bold(), text)
    }

    pub(super) fn dim(self, text: &str) -> String {
        self.apply(Style::new().dim(), text)
    }

    pub(super) fn red(self, text: &str) -> String {
        self.apply(Style::new().red(), text)
    }

    pub(super) fn red_bold(self, text: &str) -> String {
        self.apply(Style::new().red().bold(), text)
    }

    pub(super) fn green(self, text: &str) -> String {
        self.apply(Style::new().green(), text)
    }

    pub(super) fn yellow(self, text: &str) -> String {
        self.apply(Style::new().yellow(), text)
    }

    pub(super) fn cyan(self, text: &str) -> String {
        self.apply(Style::new().cyan(), text)
    }

    /// What clap wrote.
    pub(super) fn styled(self, text: &StyledStr) -> String {
        match self {
            Paint::Colored => text.ansi().to_string(),
            Paint::Plain => text.to_string(),
        }
    }

    fn apply(self, style: Style, text: &str) -> String {
        if text.is_empty() {
            return String::new();
        }
        style.force_styling(self == Paint::Colored).apply_to(text).to_string()
    }
}
