//! Glucose readings, put in order and averaged where they are doubled.
//! (oref0 `lib/autotune-prep/categorize.js`, first part)

use serde_json::{Map, Value};

use super::{
    PrepError,
    js::{self, sort_by_difference},
    treatment::Clock,
    zone::{MINUTE, iso},
};

/// The lowest glucose that is a reading; below are a sensor's error codes.
const LOWEST_GLUCOSE: f64 = 39.0;
/// Readings closer than this to the first of a bucket are averaged, minutes.
const BUCKET_MINUTES: f64 = 2.0;

/// Readings less than two minutes apart, as one.
#[derive(Debug, Clone)]
pub(crate) struct Bucket<'v> {
    record: &'v Map<String, Value>,
    /// Fields the reference fills in.
    derived: Derived,
    /// mg/dL, the mean of the bucket.
    pub(crate) glucose: f64,
    is_mean: bool,
    /// Milliseconds, the newest reading's.
    pub(crate) time: f64,
    /// Local minute of the day.
    pub(crate) minute: usize,
}

#[derive(Debug, Clone, Default)]
struct Derived {
    date: Option<f64>,
    date_string: Option<String>,
}

#[derive(Debug, Clone)]
struct Reading<'v> {
    record: &'v Map<String, Value>,
    derived: Derived,
    glucose: f64,
    /// As a number, for differences…
    date: f64,
    /// …and as `new Date` reads it.
    time: f64,
}

/// Sorts readings newest first and averages those that are close together.
pub(crate) fn buckets<'v>(entries: &'v [Value], clock: Clock<'_>) -> Result<Vec<Bucket<'v>>, PrepError> {
    let mut readings = Vec::with_capacity(entries.len());
    for (place, entry) in entries.iter().enumerate() {
        match entry {
            Value::Object(record) => readings.extend(Reading::of(record, clock, place)?),
            Value::Array(_) => {}
            _ => return Err(PrepError::EntryNotAnObject { place }),
        }
    }
    sort_by_difference(&mut readings, |a, b| b.date - a.date);

    let mut readings = readings.into_iter();
    let first = readings.next().ok_or(PrepError::NoGlucose)?;
    let (mut start, mut sum, mut count) = (first.date, first.glucose, 1.0);
    let mut buckets = vec![first.into_bucket(clock)?];
    for reading in readings {
        let elapsed = (reading.date - start) / MINUTE;
        if elapsed.abs() >= BUCKET_MINUTES {
            (start, sum, count) = (reading.date, reading.glucose, 1.0);
            buckets.push(reading.into_bucket(clock)?);
        } else if let Some(bucket) = buckets.last_mut() {
            sum += reading.glucose;
            count += 1.0;
            bucket.glucose = sum / count;
            bucket.is_mean = true;
        }
    }
    Ok(buckets)
}

impl<'v> Reading<'v> {
    /// `None` for what is no reading.
    fn of(record: &'v Map<String, Value>, clock: Clock<'_>, place: usize) -> Result<Option<Self>, PrepError> {
        let derived = Derived::of(record, clock).ok_or(PrepError::EntryDate { place })?;
        let glucose = js::number(glucose_field(record));
        let (date, time) = match derived.date {
            Some(date) => (date, date),
            None => (js::number(record.get("date")), clock.zone.date_of(record.get("date"))),
        };
        let has_date = match derived.date {
            Some(date) => js::is_truthy_number(date),
            None => js::truthy(record.get("date")),
        };
        let is_reading = has_date && js::truthy(glucose_field(record)) && glucose >= LOWEST_GLUCOSE;
        Ok(is_reading.then_some(Self { record, derived, glucose, date, time }))
    }

    fn into_bucket(self, clock: Clock<'_>) -> Result<Bucket<'v>, PrepError> {
        let minute = clock.zone.minute_of_day(self.time).ok_or(PrepError::BucketDate)?;
        Ok(Bucket {
            record: self.record,
            derived: self.derived,
            glucose: self.glucose,
            is_mean: false,
            time: self.time,
            minute,
        })
    }
}

impl Derived {
    /// `None` where the reference stops at a date that cannot be printed.
    fn of(record: &Map<String, Value>, clock: Clock<'_>) -> Option<Self> {
        let date = record.get("date");
        let mut derived = Self::default();
        if !js::truthy(date) {
            if let Some(shown) = record.get("displayTime").filter(|shown| js::truthy(Some(shown))) {
                let text = shown.as_str()?.replacen('T', " ", 1);
                derived.date = Some(clock.zone.date_of_text(&text));
            } else if let Some(text) = record.get("dateString").filter(|text| js::truthy(Some(text))) {
                derived.date = Some(clock.zone.date_of(Some(text)));
            }
        }
        if !js::truthy(record.get("dateString")) {
            let at = derived.date.unwrap_or_else(|| clock.moment(date));
            derived.date_string = Some(iso(at)?);
        }
        Some(derived)
    }
}

impl Bucket<'_> {
    /// The newest reading's record, with what the reference fills in.
    pub(crate) fn to_record(&self) -> Map<String, Value> {
        let mut record = self.record.clone();
        if self.is_mean {
            record.insert("glucose".to_owned(), js::json(self.glucose));
        } else if let Some(glucose) = glucose_field(self.record) {
            record.insert("glucose".to_owned(), glucose.clone());
        }
        if let Some(date) = self.derived.date {
            record.insert("date".to_owned(), js::json(date));
        }
        if let Some(text) = &self.derived.date_string {
            record.insert("dateString".to_owned(), Value::from(text.as_str()));
        }
        record
    }
}

/// `glucose`, else Nightscout's `sgv`.
fn glucose_field(record: &Map<String, Value>) -> Option<&Value> {
    record.get("glucose").filter(|glucose| js::truthy(Some(glucose))).or_else(|| record.get("sgv"))
}
