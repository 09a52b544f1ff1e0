//! Text of others, without what would move the cursor or change colours.

use std::borrow::Cow;

/// The text with control characters made visible; lines and tabs remain.
pub(in crate::cli) fn clean(text: &str) -> Cow<'_, str> {
    let is_control = |letter: char| letter.is_control() && letter != '\n' && letter != '\t';
    if !text.contains(is_control) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    for letter in text.chars() {
        if is_control(letter) {
            clean.extend(letter.escape_default());
        } else {
            clean.push(letter);
        }
    }
    Cow::Owned(clean)
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn control_characters_are_shown_and_not_sent_to_the_terminal() {
        assert_eq!(clean("a\n\tb"), "a\n\tb");
        assert_eq!(clean("\u{1b}[31mred"), "\\u{1b}[31mred");
    }
}
