//! The recorded cases, unpacked in memory.

use std::{collections::BTreeMap, io::Read as _, sync::LazyLock};

use autotune_tasks::oref0::{Profile, Zone};
use serde_json::Value;

static FILES: LazyLock<BTreeMap<String, Vec<u8>>> = LazyLock::new(|| {
    let packed: &[u8] = include_bytes!("../golden.tar.gz");
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(packed));
    let entries = archive.entries().expect("the archive is readable");
    entries
        .filter_map(|entry| {
            let mut entry = entry.expect("every entry is readable");
            let path = entry.path().expect("paths are text").to_string_lossy().into_owned();
            let mut content = Vec::new();
            entry.read_to_end(&mut content).expect("every entry is complete");
            entry.header().entry_type().is_file().then_some((path, content))
        })
        .collect()
});

/// A file's text.
pub(crate) fn text(path: &str) -> Option<&'static str> {
    FILES.get(path).map(|content| std::str::from_utf8(content).expect("files are UTF-8"))
}

/// A file's JSON.
pub(crate) fn json(path: &str) -> Option<Value> {
    text(path).map(|text| serde_json::from_str(text).expect("files are JSON"))
}

/// A file of recorded calls of one function.
pub(crate) fn calls(name: &str) -> Vec<Value> {
    array(&json(&format!("unit/{name}.json")).unwrap_or_else(|| panic!("no recording {name}")))
}

/// The recordings of one function in every zone it was recorded in.
pub(crate) fn calls_by_zone(function: &str) -> Vec<(Zone, Vec<Value>)> {
    let prefix = format!("unit/{function}_");
    let found: Vec<_> = FILES
        .keys()
        .filter_map(|path| path.strip_prefix(&prefix)?.strip_suffix(".json"))
        .map(|zone| {
            let name = zone.replacen('_', "/", 1);
            (Zone::named(&name).expect("zones exist"), calls(&format!("{function}_{zone}")))
        })
        .collect();
    assert!(found.len() >= 3, "{function} is recorded in {} zones", found.len());
    found
}

/// The names of the folders with a `case.json`.
pub(crate) fn cases(set: &str) -> Vec<String> {
    FILES
        .keys()
        .filter_map(|path| path.strip_suffix("/case.json"))
        .filter(|path| path.starts_with(set))
        .map(str::to_owned)
        .collect()
}

pub(crate) fn array(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

pub(crate) fn profile(value: &Value) -> Profile {
    serde_json::from_value(value.clone()).expect("profiles are objects")
}

pub(crate) fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

/// Milliseconds of a time such as `2024-05-15T19:00:00.000Z`.
pub(crate) fn time(value: &Value) -> f64 {
    Zone::UTC.date_of(Some(value))
}
