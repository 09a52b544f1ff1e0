//! rust-analyzer finds the place of a completion by its offset in two
//! expansions, with and without the word that is being typed. Nothing before
//! the body may depend on the body, and a wrong option must not remove it.

use super::expanded;
use crate::item::Kind;

const OPTIONS: [&str; 5] = [
    "",
    r#"retries = 1, timeout = "1m""#,
    r#"retrys = 1, timeout = "5 parsecs", name"#,
    "retries = , boxed",
    r#"name = "load" version"#,
];

fn item(body: &str) -> String {
    format!(
        "/** Loads. */ async fn load(url: &str, #[secret] token: &str, #[gard] days: u32)
            -> Result<Data, Error> {{ MARK; {body} }}"
    )
}

#[test]
fn text_before_the_body_does_not_depend_on_it() {
    for kind in [Kind::Task, Kind::Flow] {
        for options in OPTIONS {
            let places: Vec<_> = (0..100)
                .map(|length| {
                    let body = format!("marker{}. ; Ok(1)", "x".repeat(length));
                    let text = expanded(kind, options, &item(&body)).to_string();
                    text.find("MARK").expect("the body is there")
                })
                .collect();
            assert!(places.windows(2).all(|pair| pair[0] == pair[1]), "{kind:?} {options}");
        }
    }
}

#[test]
fn errors_come_after_the_function() {
    for kind in [Kind::Task, Kind::Flow] {
        for options in &OPTIONS[2..] {
            let text = expanded(kind, options, &item("Ok(1)")).to_string();
            let error = text.find("compile_error").expect("the option is wrong");
            let body = text.find("MARK").expect("the body is there");
            assert!(body < error, "{kind:?} {options}");
        }
    }
}

#[test]
fn a_body_that_does_not_parse_comes_through() {
    for body in ["url.", "let x = ", "if url. { }", "match days { 1 => }", "loop { url.len( }"] {
        let body = body.replace("len( }", "len() }");
        for kind in [Kind::Task, Kind::Flow] {
            let text = expanded(kind, "retries = 1", &item(&body)).to_string();
            let written: proc_macro2::TokenStream = body.parse().expect("tokens");
            assert!(text.contains(&written.to_string()), "{kind:?}: {body}");
            assert!(text.contains("fn load"), "{kind:?}: {body}");
        }
    }
}

#[test]
fn the_names_of_options_are_offered_even_where_they_are_wrong() {
    let text = expanded(Kind::Task, "retr", &item("Ok(1)")).to_string();
    assert!(text.contains("options :: { retr as _ }"), "{text}");
}

#[test]
fn the_layout_of_the_source_does_not_change_its_hash() {
    let hash = |item: &str| {
        let text = expanded(Kind::Task, "", item).to_string();
        let at = text.find("source_hash").expect("the definition has a hash");
        text[at..].split(',').next().expect("a field").to_owned()
    };
    let one = hash("async fn load(/** Days. */ days: u32) -> u32 { days+1 }");
    assert_eq!(one, hash("/// Loads.\nasync fn load(days: u32) -> u32 {\n    days + 1\n}"));
    assert_ne!(one, hash("async fn load(days: u32) -> u32 { days + 2 }"));
    assert_ne!(one, hash("async fn load(days: u64) -> u32 { days + 1 }"));
}
