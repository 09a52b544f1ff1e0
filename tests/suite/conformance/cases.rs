//! Every case stands in one of two places: beside a test, or in a row of the differences.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The cases that have to stand somewhere, and behind this line those that may.
const FURTHER: &str = "# Further cases, which may be held";
const DIFFERENCES: &str = "docs/prefect-differences.md";

#[test]
fn every_case_is_a_test_or_a_row_and_only_one_of_them() {
    let (demanded, allowed) = cases();
    assert_eq!(demanded.len(), 183);
    let mut wrong = Vec::new();
    let mut places = BTreeMap::<String, Vec<String>>::new();
    for (id, place) in beside_tests().into_iter().chain(in_rows()) {
        if !demanded.contains(&id) && !allowed.contains(&id) {
            wrong.push(format!("{id} in {place} is no case of cases.txt"));
        }
        places.entry(id).or_default().push(place);
    }
    for id in demanded.union(&allowed) {
        match places.get(id).map(Vec::as_slice) {
            None if demanded.contains(id) => {
                wrong.push(format!("{id} stands neither beside a test nor in a row of {DIFFERENCES}"));
            }
            None => wrong.push(format!("{id} need not be in cases.txt: no test holds it")),
            Some([_]) => {}
            Some(places) => wrong.push(format!("{id} stands in more than one place: {}", places.join(", "))),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_differences_are_found_from_the_page_for_those_who_come_from_prefect() {
    assert!(read("docs/prefect.md").contains("(prefect-differences.md)"));
}

/// The ids of `cases.txt`: those that have to stand somewhere, and those that may.
fn cases() -> (BTreeSet<String>, BTreeSet<String>) {
    let text = read("tests/suite/conformance/cases.txt");
    let (demanded, allowed) = text.split_once(FURTHER).expect("both parts are there");
    (ids_at_the_start(demanded), ids_at_the_start(allowed))
}

fn ids_at_the_start(text: &str) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (id, words) = line.split_once(' ').unwrap_or((line, ""));
        assert!(is_id(id) && !words.trim().is_empty(), "`{line}` is an id and a few words");
        assert!(ids.insert(id.to_owned()), "{id} is there twice");
    }
    ids
}

/// The ids in comments above tests, and above the mistakes that the compiler answers.
fn beside_tests() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (folder, attributes) in [("tests/suite", &["#[test", "#[tokio::test"][..]), ("tests/ui", &["#["])] {
        for path in sources(&root().join(folder)) {
            let text = fs::read_to_string(&path).expect("a source is text");
            let name = path.strip_prefix(root()).unwrap_or(&path).display().to_string();
            let mut lines = text.lines().peekable();
            while let Some(line) = lines.next() {
                let Some(ids) = line.trim_start().strip_prefix("// ").and_then(ids_alone) else { continue };
                let next = lines.peek().unwrap_or(&"").trim_start();
                assert!(
                    attributes.iter().any(|attribute| next.starts_with(attribute)),
                    "{name}: an id stands directly above the attribute of its test: `{line}`"
                );
                found.extend(ids.into_iter().map(|id| (id.to_owned(), name.clone())));
            }
        }
    }
    found
}

/// The ids of a comment that has nothing else.
fn ids_alone(comment: &str) -> Option<Vec<&str>> {
    let words = comment.split([',', ' ']).filter(|word| !word.is_empty());
    let ids: Vec<_> = words.collect();
    (!ids.is_empty() && ids.iter().all(|word| is_id(word))).then_some(ids)
}

/// The ids in the last column of the tables of the differences. Each row says in words why it is there.
fn in_rows() -> Vec<(String, String)> {
    let page = read(DIFFERENCES);
    let mut found = Vec::new();
    for row in page.lines().filter(|line| line.starts_with('|')) {
        let cells: Vec<_> = row.trim_matches('|').split('|').map(str::trim).collect();
        let ids = cells.last().map_or("", |last| *last).split([',', ' ']).filter(|word| is_id(word));
        let ids: Vec<_> = ids.map(|id| (id.to_owned(), "the differences".to_owned())).collect();
        let complete = cells.len() == 4 && cells.iter().all(|cell| !cell.is_empty());
        assert!(ids.is_empty() || complete, "a cell is missing, or one too many: {row}");
        found.extend(ids);
    }
    found
}

/// `RUN-01`, or `X-RUN-01`.
fn is_id(word: &str) -> bool {
    let Some((subject, number)) = word.trim_start_matches("X-").split_once('-') else { return false };
    subject.len() == 3
        && subject.chars().all(|letter| letter.is_ascii_uppercase())
        && number.len() == 2
        && number.chars().all(|digit| digit.is_ascii_digit())
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("an entry can be read").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}
