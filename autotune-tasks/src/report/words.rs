//! Dates, counts and numbers as a person writes them.

use jiff::civil::Date;

/// `8211`, `12 345`: thin spaces from five digits on.
pub(super) fn grouped(count: usize) -> String {
    if count < 10_000 {
        return count.to_string();
    }
    let digits = count.to_string();
    let groups: Vec<&[u8]> = digits.as_bytes().rchunks(3).collect();
    let groups = groups.iter().rev().map(|group| String::from_utf8_lossy(group));
    groups.collect::<Vec<_>>().join("\u{202f}")
}

/// `1 day`, `7 days`.
pub(super) fn plural(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{} {one}s", grouped(count)) }
}

/// `+15.3 %`, with a real minus sign.
pub(super) fn signed_percent(percent: f64) -> String {
    let text = format!("{:.1}", percent.abs());
    match text.as_str() {
        "0.0" => "0.0\u{202f}%".to_owned(),
        _ if percent < 0.0 => format!("\u{2212}{text}\u{202f}%"),
        _ => format!("+{text}\u{202f}%"),
    }
}

/// `Thu 7 March`.
pub(super) fn day(date: Date) -> String {
    date.strftime("%a %-d %B").to_string()
}

/// `7 Mar`.
pub(super) fn short_day(date: Date) -> String {
    date.strftime("%-d %b").to_string()
}

/// `7 – 13 March 2024`.
pub(super) fn period(days: &[Date]) -> String {
    let (Some(first), Some(last)) = (days.first(), days.last()) else { return "No days".to_owned() };
    let end = last.strftime("%-d %B %Y").to_string();
    if first == last {
        end
    } else if (first.year(), first.month()) == (last.year(), last.month()) {
        format!("{}\u{2009}–\u{2009}{end}", first.day())
    } else if first.year() == last.year() {
        format!("{} – {end}", first.strftime("%-d %B"))
    } else {
        format!("{} – {end}", first.strftime("%-d %B %Y"))
    }
}

/// `03:05`, of minutes after midnight.
pub(super) fn clock(minute: usize) -> String {
    format!("{:02}:{:02}", minute / 60 % 24, minute % 60)
}

/// `2 h 10 min`.
pub(super) fn duration(minutes: i64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::{duration, grouped, period, plural, signed_percent};

    #[test]
    fn numbers_are_written_for_people() {
        assert_eq!(grouped(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(plural(1, "day"), "1 day");
        assert_eq!(signed_percent(-0.04), "0.0\u{202f}%");
        assert_eq!(signed_percent(-17.55), "\u{2212}17.6\u{202f}%");
        assert_eq!((duration(45), duration(120), duration(125)).2, "2 h 5 min");
    }

    #[test]
    fn a_period_says_no_more_than_it_must() {
        assert_eq!(period(&[date(2024, 3, 7)]), "7 March 2024");
        assert_eq!(period(&[date(2024, 3, 7), date(2024, 3, 13)]), "7\u{2009}–\u{2009}13 March 2024");
        assert_eq!(period(&[date(2024, 3, 8), date(2024, 4, 10)]), "8 March – 10 April 2024");
        assert_eq!(period(&[date(2023, 12, 30), date(2024, 1, 2)]), "30 December 2023 – 2 January 2024");
    }
}
