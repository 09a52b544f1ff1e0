//! Checks `"{url}_{days}"`, so that a mistake is answered in our words, on the
//! template.

use crate::errors::Errors;
use crate::options::{Formatted, Given, Options};
use crate::signature::Signature;
use syn::LitStr;

/// Takes back the templates that cannot be filled in.
pub(crate) fn check(run_name: &str, options: &mut Options, signature: &Signature, errors: &mut Errors) {
    let mut is_valid = |option: &str, given: Option<&Given<Formatted>>| match given.map(|given| &given.value)
    {
        Some(Formatted::Template(template)) => is_valid(option, template, signature, errors),
        Some(Formatted::Expression(_)) | None => true,
    };
    if !is_valid(run_name, options.run_name.as_ref()) {
        options.run_name = None;
    }
    if !is_valid("cache_key", options.cache_key.as_ref()) {
        options.cache_key = None;
        options.cache_expiration = None;
    }
}

/// Whether a placeholder names this parameter.
pub(crate) fn names(template: &LitStr, parameter: &str) -> bool {
    let named =
        |placeholder: &Placeholder| matches!(placeholder, Placeholder::Named(name) if name == parameter);
    placeholders(&template.value()).iter().any(named)
}

/// Whether every placeholder names a parameter that may be shown.
fn is_valid(option: &str, template: &LitStr, signature: &Signature, errors: &mut Errors) -> bool {
    let mut valid = true;
    for placeholder in placeholders(&template.value()) {
        let wrong = match placeholder {
            Placeholder::Named(name) => not_showable(option, &name, signature),
            Placeholder::Wrong(wrong) => Some(describe(option, &wrong, signature)),
        };
        if let Some(message) = wrong {
            errors.report(template.span(), message);
            valid = false;
        }
    }
    valid
}

#[derive(Debug, PartialEq)]
enum Placeholder {
    Named(String),
    Wrong(Wrong),
}

#[derive(Debug, PartialEq)]
enum Wrong {
    Empty,
    Number(String),
    Expression(String),
    Unclosed,
    Unopened,
}

fn placeholders(template: &str) -> Vec<Placeholder> {
    let mut found = Vec::new();
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        let (brace, after) = rest.split_at(at + 1);
        let brace = if brace.ends_with('{') { '{' } else { '}' };
        if let Some(after) = after.strip_prefix(brace) {
            rest = after;
            continue;
        }
        if brace == '}' {
            found.push(Placeholder::Wrong(Wrong::Unopened));
            rest = after;
            continue;
        }
        let Some((inside, after)) = after.split_once('}') else {
            found.push(Placeholder::Wrong(Wrong::Unclosed));
            break;
        };
        found.push(placeholder(inside));
        rest = after;
    }
    found
}

fn placeholder(inside: &str) -> Placeholder {
    let name = inside.split(':').next().unwrap_or(inside).trim();
    let starts = name.chars().next();
    let is_word = name.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
    match starts {
        None => Placeholder::Wrong(Wrong::Empty),
        Some(first) if is_word && first.is_numeric() => Placeholder::Wrong(Wrong::Number(name.to_owned())),
        Some(_) if is_word => Placeholder::Named(name.to_owned()),
        Some(_) => Placeholder::Wrong(Wrong::Expression(name.to_owned())),
    }
}

fn not_showable(option: &str, name: &str, signature: &Signature) -> Option<String> {
    if name == "self" && signature.receiver.is_some() {
        return None;
    }
    match signature.parameters.iter().find(|parameter| parameter.name() == name) {
        Some(parameter) if parameter.secret => {
            Some(format!("`{name}` is #[secret] and cannot appear in `{option}`; {}", legal(signature)))
        }
        Some(_) => None,
        None => Some(format!(
            "`{option}` names `{name}`, which is not a parameter of `{}`; {}",
            signature.ident,
            legal(signature)
        )),
    }
}

fn describe(option: &str, wrong: &Wrong, signature: &Signature) -> String {
    let legal = legal(signature);
    match wrong {
        Wrong::Empty => format!("`{option}` has a placeholder without a name; {legal}"),
        Wrong::Number(number) => {
            format!("`{option}` names its placeholder by the number {number}; {legal}")
        }
        Wrong::Expression(code) => {
            let instead = match option {
                "cache_key" => format!("write `cache_key = ({code}, …)`"),
                _ => format!("write `{option} = format!(\"{{}}\", {code})`"),
            };
            format!("a placeholder is the name of a parameter, not `{code}`; {instead}")
        }
        Wrong::Unclosed => format!("`{option}` has a `{{` that is not closed; a brace is `{{{{`"),
        Wrong::Unopened => format!("`{option}` has a `}}` that is not opened; a brace is `}}}}`"),
    }
}

/// What a template may name.
fn legal(signature: &Signature) -> String {
    let shown = signature.parameters.iter().filter(|parameter| !parameter.secret && !parameter.is_pattern);
    let names: Vec<_> = shown.map(|parameter| format!("`{{{}}}`", parameter.name())).collect();
    match names.as_slice() {
        [] => "the function has no parameter that could be named".to_owned(),
        [only] => format!("write {only}"),
        several => format!("write one of {}", several.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::{Placeholder, Wrong, placeholders};

    fn check(template: &str, expected: &[Placeholder]) {
        assert_eq!(placeholders(template), expected, "{template}");
    }

    fn named(name: &str) -> Placeholder {
        Placeholder::Named(name.to_owned())
    }

    #[test]
    fn placeholders_are_found_and_doubled_braces_are_not() {
        check("plain", &[]);
        check("{url}_{days}", &[named("url"), named("days")]);
        check("{url:?}-{days:>3}", &[named("url"), named("days")]);
        check("{{url}}", &[]);
        check("{{{url}}}", &[named("url")]);
    }

    #[test]
    fn what_is_no_name_is_told_apart() {
        check("{}", &[Placeholder::Wrong(Wrong::Empty)]);
        check("{:?}", &[Placeholder::Wrong(Wrong::Empty)]);
        check("{0}", &[Placeholder::Wrong(Wrong::Number("0".to_owned()))]);
        check("{a.b}", &[Placeholder::Wrong(Wrong::Expression("a.b".to_owned()))]);
        check("{url", &[Placeholder::Wrong(Wrong::Unclosed)]);
        check("url}", &[Placeholder::Wrong(Wrong::Unopened)]);
    }
}
