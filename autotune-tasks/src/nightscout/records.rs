//! Records as servers and uploaders write them, made uniform.

use serde_json::Value;

use super::NightscoutError;
use crate::{answer::kind, oref0::js};

/// The numbers of an entry that old uploaders write as text.
const ENTRY_NUMBERS: [&str; 3] = ["date", "sgv", "mbg"];
/// The numbers of a treatment that some uploaders write as text.
const TREATMENT_NUMBERS: [&str; 7] =
    ["insulin", "carbs", "rate", "absolute", "amount", "duration", "percent"];

/// The records of an answer, refused if it holds anything else.
pub(super) fn list(answer: Value, what: &'static str) -> Result<Vec<Value>, NightscoutError> {
    let found = kind(&answer);
    let Value::Array(records) = answer else { return Err(NightscoutError::NotAList { what, found }) };
    match records.iter().enumerate().find(|(_, record)| !record.is_object()) {
        Some((place, record)) => {
            Err(NightscoutError::NotARecord { what, place: place + 1, found: kind(record) })
        }
        None => Ok(records),
    }
}

/// Makes a glucose entry uniform.
pub(super) fn read_entry(entry: &mut Value) {
    for name in ENTRY_NUMBERS {
        read_number(entry, name);
    }
}

/// Makes a treatment uniform.
///
/// `AndroidAPS` writes the rate of a temporary basal as `rate` alone, where the
/// analysis looks for `absolute`; it would take the insulin for not given.
pub(super) fn read_treatment(treatment: &mut Value) {
    for name in TREATMENT_NUMBERS {
        read_number(treatment, name);
    }
    let Some(fields) = treatment.as_object_mut() else { return };
    let text = |name| fields.get(name).and_then(Value::as_str);
    let is_basal = text("eventType") == Some("Temp Basal");
    let is_aaps = text("enteredBy").is_some_and(|by| by.contains("AndroidAPS"));
    let rate = fields.get("rate").filter(|rate| rate.is_number()).cloned();
    let has_absolute = fields.get("absolute").is_some_and(|rate| !rate.is_null());
    if let (true, true, false, Some(rate)) = (is_basal, is_aaps, has_absolute, rate) {
        fields.insert("absolute".to_owned(), rate);
    }
}

fn read_number(record: &mut Value, name: &str) {
    let Some(field) = record.get_mut(name) else { return };
    let number = field.as_str().and_then(|text| text.trim().parse::<f64>().ok());
    if let Some(number) = number.filter(|number| number.is_finite()) {
        *field = js::json(number);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_written_as_text_become_numbers() {
        let mut entry = json!({ "date": "1715652300000", "sgv": "101", "direction": "5", "device": 7 });
        read_entry(&mut entry);
        assert_eq!(
            entry,
            json!({ "date": 1_715_652_300_000_i64, "sgv": 101, "direction": "5", "device": 7 })
        );

        let mut treatment = json!({ "insulin": " 0.35", "carbs": "", "rate": "NaN", "duration": null });
        read_treatment(&mut treatment);
        assert_eq!(treatment, json!({ "insulin": 0.35, "carbs": "", "rate": "NaN", "duration": null }));
    }

    #[test]
    fn a_temporary_basal_of_androidaps_has_its_rate_in_both_places() {
        let basal = |by: &str, fields: Value| {
            let mut basal = json!({ "eventType": "Temp Basal", "enteredBy": by });
            let (Some(all), Value::Object(fields)) = (basal.as_object_mut(), fields) else {
                panic!("objects")
            };
            all.extend(fields);
            read_treatment(&mut basal);
            basal["absolute"].clone()
        };
        let aaps = "openaps://AndroidAPS";
        assert_eq!(basal(aaps, json!({ "rate": "0.4" })), json!(0.4));
        assert_eq!(basal(aaps, json!({ "rate": 0.4, "absolute": 0.5 })), json!(0.5));
        assert_eq!(basal(aaps, json!({ "percent": -50 })), Value::Null);
        assert_eq!(basal("Loop", json!({ "rate": 0.4 })), Value::Null);
    }

    #[test]
    fn what_is_no_list_of_records_is_named() {
        let found = |answer| list(answer, "entries").expect_err("no records").to_string();
        assert!(found(Value::Null).contains("answered with null in place of a list of entries"));
        assert!(found(json!({ "status": 500, "message": "x" })).contains("an error message in place"));
        assert!(found(json!({ "sgv": 100 })).contains("an object in place"));
        assert!(found(json!([{}, null])).contains("number 2 of Nightscout's entries is null"));
    }
}
