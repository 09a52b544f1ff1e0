//! The report as a page: well-formed, self-contained, true to the numbers.

use autotune_tasks::{
    history::History,
    oref0::{PrepOptions, Profile},
    report::{GlucoseUnit, Report, html},
};
use roxmltree::{Document, Node};
use serde_json::{Value, json};

use crate::{
    analysis::{Analysis, REPORTED, week},
    golden::{self, array},
};

#[test]
fn the_page_of_every_case_is_well_formed_and_made_of_numbers() {
    for (name, _, report) in &*REPORTED {
        let page = html(report);
        with_body(&page, |body| {
            let tables = body.descendants().filter(|node| node.has_tag_name("table")).count();
            assert_eq!(tables, 2, "{name}");
        });
        assert_stands_alone(&page);
    }
}

#[test]
fn the_page_stands_alone_and_is_the_same_every_time() {
    let report = week().report().expect("a recommendation");
    let page = html(&report);
    assert_stands_alone(&page);
    assert_eq!(page, html(&week().report().expect("a recommendation")));
    assert!(page.starts_with("<!DOCTYPE html><html lang=\"en\">"));
    assert_eq!(page.matches("medical advice").count(), 2);
}

#[test]
fn the_table_shows_the_numbers_of_the_recommendation() {
    let report = week().report().expect("a recommendation");
    let recommendation = &report.recommendation;
    let mut expected = vec![recommendation.isf, recommendation.carb_ratio, recommendation.csf];
    expected.extend(recommendation.basals.iter().map(|basal| basal.change));
    with_body(&html(&report), |body| {
        let rows: Vec<Vec<String>> = descendants(body, "numbers")
            .flat_map(|table| table.descendants().filter(|node| node.has_tag_name("tr")))
            .map(|row| row.children().map(text).collect())
            .filter(|row: &Vec<String>| row.len() == 6)
            .collect();
        // The heading before, the sum of the basal rates behind.
        let [_, rows @ .., total] = &rows[..] else { panic!("rows") };
        assert_eq!(rows.len(), expected.len());
        for (row, change) in rows.iter().zip(expected) {
            assert_eq!(row[1], format!("{:.3}", change.old));
            assert_eq!(row[2], format!("{:.3}", change.new));
            let percent = row[3].replace('\u{2212}', "-").replace("\u{202f}%", "");
            let percent: f64 = percent.parse().expect("a number");
            assert!((percent - change.percent).abs() <= 0.05, "{row:?}");
            assert!(row[5].starts_with(&change.points.to_string()), "{row:?}");
        }
        assert_eq!((&*total[1], &*total[2]), ("18.750", "19.072"));
        let cards: Vec<String> = descendants(body, "card").map(text).collect();
        assert!(cards[0].contains("55.321") && cards[0].contains("less insulin"), "{cards:?}");
    });
}

#[test]
fn there_is_a_dot_for_every_reading_and_a_plot_for_every_day() {
    let report = week().report().expect("a recommendation");
    with_body(&html(&report), |body| {
        let days: Vec<Node<'_, '_>> = descendants(body, "day").collect();
        assert_eq!(days.len(), 7);
        for (node, day) in days.iter().zip(&report.days) {
            let dots: usize = descendants(*node, "dots")
                .map(|path| path.attribute("d").expect("a path").matches('M').count())
                .sum();
            assert_eq!(dots, day.readings.len());
        }
        let unnamed = body.descendants().filter(|node| node.attribute("role") == Some("img"));
        assert!(unnamed.clone().count() >= 14);
        for plot in unnamed {
            assert!(plot.attribute("aria-label").is_some_and(|label| !label.is_empty()));
        }
    });
}

#[test]
fn an_hour_at_its_bound_is_marked() {
    let mut marked = 0;
    for (name, _, report) in &*REPORTED {
        let expected =
            report.recommendation.basals.iter().filter(|basal| basal.change.limit.is_some()).count();
        with_body(&html(report), |body| assert_eq!(descendants(body, "edge").count(), expected, "{name}"));
        marked += expected;
    }
    assert!(marked > 0);
}

#[test]
fn a_rate_that_drifted_beyond_its_range_is_named() {
    let has_tag = |name: &str| {
        let (.., report) = REPORTED.iter().find(|(case, ..)| case == name).expect("a case");
        html(report).contains("beyond range")
    };
    assert!(has_tag("synthetic/f02_autosens_tight"));
    assert!(!has_tag("synthetic/d01_noisy"));
}

#[test]
fn text_in_the_data_cannot_become_markup() {
    const HOSTILE: &str = "\"><script>alert('&')</script><img src=x onerror=alert(1)>";
    let week = week().history;
    let mut profile = week.profile().to_value();
    for field in ["curve_name", "name", "enteredBy", "units"] {
        profile[field] = json!(HOSTILE);
    }
    profile["isfProfile"]["user_preferred_units"] = json!(HOSTILE);
    profile["bg_targets"]["targets"][0]["low"] = json!(HOSTILE);
    let spoil = |mut record: Value| {
        for field in ["device", "notes", "enteredBy", "direction", "_id"] {
            record[field] = json!(HOSTILE);
        }
        record
    };
    let date = week.full_days()[0];
    let day = week.day(date);
    let records = |records: Value| array(&records).into_iter().map(spoil).collect();
    let profile: Profile = golden::profile(&profile);
    let history = History::new(
        profile.clone(),
        profile,
        week.zone().clone(),
        records(json!(day.entries)),
        records(json!(day.treatments)),
    )
    .expect("entries");
    let analysis = Analysis::of(history, &[date], PrepOptions::default()).expect("a day");
    let page = html(&analysis.report().expect("a recommendation"));
    assert_stands_alone(&page);
    assert!(!page.contains("alert"));
    with_body(&page, |_| ());
}

#[test]
fn glucose_is_shown_in_the_unit_that_the_profile_prefers() {
    let mut report = week().report().expect("a recommendation");
    assert_eq!(report.unit, GlucoseUnit::MgPerDl);
    report.unit = GlucoseUnit::MmolPerL;
    let page = html(&report);
    // 55.321 mg/dL by 18.
    assert!(page.contains("3.073") && page.contains("mmol/L per unit") && page.contains("3.9 to 10.0"));
    assert!(!page.contains("mg/dL per unit"));

    let profile = json!({"isfProfile": {"user_preferred_units": "mmol/L"}});
    assert_eq!(GlucoseUnit::of(&golden::profile(&profile)), GlucoseUnit::MmolPerL);
}

#[test]
fn a_report_without_days_or_readings_is_still_a_page() {
    let mut report = week().report().expect("a recommendation");
    report.target = None;
    for day in &mut report.days {
        day.readings.clear();
    }
    with_body(&html(&report), |body| assert_eq!(descendants(body, "dots").count(), 0));
    report.days.clear();
    report.quality.days.clear();
    report.recommendation.days.clear();
    with_body(&html(&report), |body| assert_eq!(descendants(body, "day").count(), 0));
    assert_stands_alone(&html(&report));
}

#[test]
fn a_report_survives_json() {
    let report = week().report().expect("a recommendation");
    let text = serde_json::to_string(&report).expect("reports are JSON");
    assert_eq!(serde_json::from_str::<Report>(&text).expect("read back"), report);
}

/// The page from its first section on is XML, and so is every plot in it.
fn with_body(page: &str, check: impl FnOnce(Node<'_, '_>)) {
    let start = page.find("<main>").expect("a start");
    let end = page.find("</main>").expect("an end") + "</main>".len();
    let document = Document::parse(&page[start..end]).expect("well-formed");
    check(document.root_element());
}

fn assert_stands_alone(page: &str) {
    for outside in ["http://", "https://", "src=", "href=", "url(", "@import", "<script", "<link"] {
        assert!(!page.contains(outside), "{outside}");
    }
    for nonsense in ["NaN", ">inf", "\"inf", "null"] {
        assert!(!page.contains(nonsense), "{nonsense}");
    }
    assert!(page.contains("default-src 'none'"));
}

/// The elements of a class.
fn descendants<'a, 'i: 'a>(node: Node<'a, 'i>, class: &str) -> impl Iterator<Item = Node<'a, 'i>> {
    node.descendants().filter(move |node| {
        node.attribute("class").is_some_and(|names| names.split(' ').any(|name| name == class))
    })
}

fn text(node: Node<'_, '_>) -> String {
    node.descendants().filter(Node::is_text).filter_map(|node| node.text()).collect()
}
