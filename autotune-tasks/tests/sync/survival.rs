//! Whatever stands in a record, what is not tuned survives.

use serde_json::{Map, Value, json};

use crate::documents::{USUAL, mmol_record, planned, text_record};

/// Fields that a new record has of its own.
const OWN: [&str; 12] = [
    "_id",
    "identifier",
    "srvCreated",
    "srvModified",
    "subject",
    "modifiedBy",
    "startDate",
    "created_at",
    "mills",
    "date",
    "enteredBy",
    "store",
];

#[test]
fn all_untouched_fields_survive_in_records_of_all_kinds() {
    for seed in 0..500 {
        let mut random = Random(seed);
        let mut record = if seed % 2 == 0 { text_record() } else { mmol_record() };
        let baseline = record["defaultProfile"].as_str().expect("a name").to_owned();
        random.add_fields(record.as_object_mut().expect("an object"));
        random.add_fields(record["store"].as_object_mut().expect("an object"));
        random.add_fields(record["store"][&baseline].as_object_mut().expect("an object"));
        random.add_fields(record["store"][&baseline]["sens"][0].as_object_mut().expect("an object"));

        let plan = planned(&record, USUAL).expect("a plan");
        let (before, after) =
            (record.as_object().expect("fields"), plan.record().as_object().expect("fields"));
        for (name, value) in before.iter().filter(|(name, _)| !OWN.contains(&name.as_str())) {
            assert_eq!(after.get(name), Some(value), "{seed}: {name}");
        }
        let mut store = after["store"].as_object().expect("a store").clone();
        let tuned = store.remove("Autotune").expect("the tuned entry");
        assert_eq!(Some(&store), before["store"].as_object(), "{seed}");
        for (name, value) in before["store"][&baseline].as_object().expect("fields") {
            let is_tuned = ["basal", "sens", "carbratio", "startDate"].contains(&name.as_str());
            assert!(is_tuned || tuned[name] == *value, "{seed}: {name}");
        }
        let untuned = |entry: &Value| {
            let mut first = entry["sens"][0].clone();
            drop(first.as_object_mut().expect("an object").remove("value"));
            first
        };
        assert_eq!(untuned(&tuned), untuned(&record["store"][&baseline]), "{seed}");
    }
}

/// A small generator of numbers (xorshift), so that each run is the same.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        let mut x = self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(0x1234_5678_9abc_def1);
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        self.0 = x;
        (x >> 11) % end
    }

    fn add_fields(&mut self, fields: &mut Map<String, Value>) {
        for _ in 0..self.below(6) {
            let name = format!("field{}", self.below(1_000));
            let value = self.value(3);
            fields.insert(name, value);
        }
    }

    fn value(&mut self, depth: u64) -> Value {
        match self.below(if depth == 0 { 5 } else { 7 }) {
            0 => Value::Null,
            1 => json!(self.below(2) == 0),
            2 => json!(self.below(1 << 50)),
            3 => json!(format!("{}.{:02} \u{1f600} \"'\\", self.below(500), self.below(100))),
            4 => json!(f64::from(u32::try_from(self.below(1 << 30)).expect("small")) / 1024.0),
            5 => (0..self.below(4)).map(|_| self.value(depth - 1)).collect(),
            _ => {
                let mut fields = Map::new();
                for _ in 0..self.below(4) {
                    let (name, value) = (format!("f{}", self.below(100)), self.value(depth - 1));
                    fields.insert(name, value);
                }
                Value::Object(fields)
            }
        }
    }
}
