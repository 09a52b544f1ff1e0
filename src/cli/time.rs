//! Times, as people write and read them.

use autotune_runtime::clock;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};

/// The time that an option names: `2h` or `30d` ago, a date, or a date and time.
pub(super) fn parse(text: &str) -> Result<Timestamp, String> {
    if let Ok(timestamp) = text.parse() {
        return Ok(timestamp);
    }
    if let Ok(local) = text.parse::<DateTime>() {
        let zoned = local.to_zoned(TimeZone::system()).map_err(|error| error.to_string())?;
        return Ok(zoned.timestamp());
    }
    ago(text).ok_or_else(|| {
        "write how long ago, as in 90m, 2h or 30d, or a date, as in 2026-11-23 or 2026-11-23T09:30".to_owned()
    })
}

fn ago(text: &str) -> Option<Timestamp> {
    let span: Span = text.parse().ok()?;
    let duration: SignedDuration = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    // Nothing is older than the first date that there is.
    (!duration.is_negative()).then(|| clock::now().saturating_sub(duration).unwrap_or(Timestamp::MIN))
}

/// `2026-11-23 09:30:12`, where the reader is.
pub(super) fn shown(timestamp: Timestamp) -> String {
    timestamp.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use autotune_runtime::clock;
    use jiff::SignedDuration;

    use super::parse;

    #[test]
    fn a_time_is_a_date_or_how_long_ago() {
        for (text, hours) in [("2h", 2), ("30d", 720), ("1w", 168), ("1 day 1 hour", 25)] {
            let ago = clock::now().duration_since(parse(text).expect(text));
            assert!(
                (ago - SignedDuration::from_hours(hours)).abs() < SignedDuration::from_secs(60),
                "{text}"
            );
        }
        let date = parse("2026-11-23T09:30:00Z").expect("a date and time");
        assert_eq!(date.to_string(), "2026-11-23T09:30:00Z");
        assert!(parse("2026-11-23").expect("a date") < parse("2026-11-23T09:30").expect("a date and time"));
        assert!(parse("yesterday").is_err_and(|error| error.contains("30d")));
        assert!(parse("-2h").is_err());
    }
}
