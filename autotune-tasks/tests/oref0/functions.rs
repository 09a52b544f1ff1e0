//! Single functions, with recorded and with random input.

use autotune_tasks::oref0::{
    Clock, Curve, Prep, PrepInput, PrepOptions, Zone, core, find_meals, insulin_doses,
    js::{self, Fixed2},
    percentile, prep, total,
};
use serde_json::{Value, json};

use crate::{
    difference::Tally,
    golden::{array, calls, calls_by_zone, number, profile, time},
};

#[test]
fn numbers_round_and_print_as_in_javascript() {
    let mut tally = Tally::default();
    for call in calls("js_numbers") {
        let x = bits(&call["x_bits"]);
        // The recording writes −0 as text.
        let round = if call["round"].is_string() { json!(0) } else { call["round"].clone() };
        let found = json!([
            js::json(js::round(x)),
            js::json(js::round3(x)),
            js::json(js::round2(x)),
            Fixed2::new(x).to_string(),
            js::json(Fixed2::new(x).value()),
        ]);
        let expected =
            json!([round, call["round3"], call["round2"], call["toFixed2"], call["parse_toFixed2"]]);
        tally.compare(&x.to_string(), &found, &expected);
    }
    tally.finish(800);
}

#[test]
fn exponentials_and_powers_are_bit_identical() {
    for call in calls("math_exp_bits") {
        assert_eq!(libm::exp(bits(&call[0])).to_bits(), bits(&call[1]).to_bits());
    }
    for call in calls("math_pow_bits") {
        let x = bits(&call[0]);
        assert_eq!((x * x).to_bits(), bits(&call[1]).to_bits());
        assert_eq!(x.sqrt().to_bits(), bits(&call[2]).to_bits());
    }
}

#[test]
fn percentiles_equal_the_reference() {
    let mut tally = Tally::default();
    for call in calls("percentile") {
        let values: Vec<f64> = array(&call["arr"]).iter().map(number).collect();
        let found = [0.5, 0.25, 0.9].map(|share| js::json(percentile(&values, share)));
        let expected = json!([call["p50"], call["p25"], call["p90"]]);
        tally.compare("percentile", &json!(found), &expected);
    }
    tally.finish(20);
}

#[test]
fn one_dose_acts_as_in_the_reference() {
    let mut tally = Tally::default();
    for call in calls("iob_calculate") {
        let mut settings = call["profile"].clone();
        settings["dia"] = call["dia"].clone();
        let curve = Curve::of(&profile(&settings)).expect("a curve");
        let (iob, activity) = curve.act(number(&call["insulin"]), number(&call["mins"]));
        tally.compare(
            &call.to_string(),
            &json!([js::json(iob), js::json(activity)]),
            &json!([call["iob"], call["activity"]]),
        );
    }
    tally.finish(800);
}

#[test]
fn dates_are_read_as_in_javascript() {
    let mut tally = Tally::default();
    for (zone, calls) in calls_by_zone("dates") {
        let clock = Clock { zone: &zone, now: 0.0 };
        for call in calls {
            let found = json!([
                js::json(zone.date_of(Some(&call["input"]))),
                js::json(clock.moment(Some(&call["input"]))),
            ]);
            let expected = json!([call["js_date_ms"], call["moment_ms"]]);
            tally.compare(&call.to_string(), &found, &expected);
        }
    }
    tally.finish(100);
}

#[test]
fn meals_are_found_as_in_the_reference() {
    let mut tally = Tally::default();
    for (zone, calls) in calls_by_zone("find_meals_fuzz") {
        let clock = Clock { zone: &zone, now: 0.0 };
        for call in calls {
            let (history, carbs) = (array(&call["history"]), array(&call["carbs"]));
            let found: Vec<Value> = find_meals(&history, &carbs, clock)
                .iter()
                .map(|meal| json!([meal.timestamp, meal.carbs, meal.bolus]))
                .collect();
            let expected: Vec<Value> = array(&call["out"])
                .iter()
                .map(|meal| json!([meal.get("timestamp"), meal.get("carbs"), meal.get("bolus")]))
                .collect();
            tally.compare("find_meals", &json!(found), &json!(expected));
        }
    }
    tally.finish(100);
}

#[test]
fn doses_and_their_totals_equal_the_reference() {
    let mut tally = Tally::default();
    for (zone, calls) in calls_by_zone("find_insulin_fuzz") {
        for (place, call) in calls.iter().enumerate() {
            let now = time(&call["clock"]);
            let profile = profile(&call["profile"]);
            let history = array(&call["history"]);
            let doses = insulin_doses(&history, &profile, Clock { zone: &zone, now });
            let doses = doses.expect("doses");
            let found: Vec<Value> = doses.iter().map(|dose| json!([dose.date, dose.insulin])).collect();
            let expected: Vec<Value> = array(&call["out"])
                .iter()
                .filter(|dose| dose["insulin"].as_f64().is_some_and(|insulin| insulin != 0.0))
                .map(|dose| json!([dose["date"], dose["insulin"]]))
                .collect();
            let case = format!("{:?} {place}", zone.name());
            tally.compare(&case, &json!(found), &json!(expected));
            let curve = Curve::of(&profile).expect("a curve");
            for expected in array(&call["total"]) {
                let at = now + number(&expected["plus_min"]) * 60_000.0;
                let iob = total(&doses, &curve, at);
                let found = json!({
                    "plus_min": expected["plus_min"],
                    "iob": iob.iob,
                    "activity": iob.activity,
                    "basaliob": iob.basal_iob,
                    "bolusiob": iob.bolus_iob,
                    "netbasalinsulin": iob.net_basal_insulin,
                    "bolusinsulin": iob.bolus_insulin,
                });
                tally.compare(&case, &found, &expected);
            }
        }
    }
    tally.finish(300);
}

#[test]
fn schedules_are_looked_up_as_in_the_reference() {
    let mut tally = Tally::default();
    for (zone, calls) in calls_by_zone("lookups") {
        let profiles: Vec<&Value> = calls.iter().filter(|call| call.get("basalprofile").is_some()).collect();
        for call in calls.iter().filter(|call| call.get("ms").is_some()) {
            let settings = profiles.iter().find(|other| other["p"] == call["p"]);
            let profile = profile(settings.expect("every lookup has a profile"));
            let at = number(&call["ms"]);
            let found = profile.scheduled(at, &zone).map(|(basal, isf)| json!([basal, isf]));
            let expected = json!([call["basal"], call["isf"]]);
            tally.compare(&call.to_string(), &found.unwrap_or_default(), &expected);
        }
    }
    tally.finish(1000);
}

#[test]
fn random_days_equal_the_reference() {
    let mut tally = Tally::default();
    for (zone, calls) in calls_by_zone("prep_core_fuzz") {
        for (place, call) in calls.iter().enumerate() {
            let case = format!("{:?} {place}", zone.name());
            let (profile, pump) = (profile(&call["profile"]), profile(&call["pumpprofile"]));
            let found = prep(&PrepInput {
                profile: &profile,
                pump: &pump,
                entries: &array(&call["glucose"]),
                treatments: &array(&call["history"]),
                carbs: &[],
                clock: Clock { zone: &zone, now: time(&call["now"]) },
                options: PrepOptions {
                    uam_as_basal: call["flags"]["uam"] == true,
                    tune_insulin_curve: call["flags"]["tune"] == true,
                },
            });
            let found = found.expect("a prep");
            let as_json = serde_json::to_value(&found).expect("preps are JSON");
            tally.compare(&format!("{case} prep"), &as_json, &call["prep"]);
            let tuned = core(&found, &profile, &pump, &zone).expect("a tuned profile");
            tally.compare(&format!("{case} core"), &tuned.profile.to_value(), &call["core"]);
        }
    }
    tally.finish(200);
}

#[test]
fn random_data_tunes_as_in_the_reference() {
    let mut tally = Tally::default();
    for (zone, calls) in calls_by_zone("core_fuzz") {
        for (place, call) in calls.iter().enumerate() {
            let prepared: Prep = serde_json::from_value(call["prep"].clone()).expect("a prep");
            let (profile, pump) = (profile(&call["profile"]), profile(&call["pumpprofile"]));
            let tuned = core(&prepared, &profile, &pump, &zone).expect("a tuned profile");
            let case = format!("{:?} {place}", zone.name());
            tally.compare(&case, &tuned.profile.to_value(), &call["core"]);
        }
    }
    tally.finish(90);
}

#[test]
fn tuned_numbers_stay_within_bounds_around_the_pump() {
    const ROUNDING: f64 = 0.0005;
    for (zone, calls) in calls_by_zone("core_fuzz") {
        for call in calls {
            let prepared: Prep = serde_json::from_value(call["prep"].clone()).expect("a prep");
            let (profile, pump) = (profile(&call["profile"]), profile(&call["pumpprofile"]));
            let steps = core(&prepared, &profile, &pump, &zone).expect("a tuned profile").steps;
            let ratio = |name, default| pump.field(name).and_then(Value::as_f64).unwrap_or(default);
            let (low, high) = (ratio("autosens_min", 0.7), ratio("autosens_max", 1.2));
            let carb_ratios = (pump.carb_ratio() * low, pump.carb_ratio() * high);
            for (step, (lowest, highest)) in [
                (steps.isf, (pump.isf() / high, pump.isf() / low)),
                (steps.csf, (pump.csf() * low, pump.csf() * high)),
                (steps.carb_ratio, (carb_ratios.0.max(3.0), carb_ratios.1.min(150.0))),
            ] {
                // Without data a number stays as it is, even out of bounds.
                let is_kept = step.new.to_bits() == step.old.to_bits();
                let is_within = step.new >= lowest - ROUNDING && step.new <= highest + ROUNDING;
                assert!(is_kept || is_within, "{step:?} is outside {lowest} to {highest}");
            }
        }
    }
}

#[test]
fn a_zone_is_known_in_any_case() {
    assert_eq!(Zone::named("ETC/GMT+8").expect("known"), Zone::named("Etc/GMT+8").expect("known"));
    assert!(Zone::named("Mars/Olympus").is_err());
}

fn bits(text: &Value) -> f64 {
    let text = text.as_str().expect("bits are text");
    f64::from_bits(u64::from_str_radix(text, 16).expect("bits are hexadecimal"))
}
