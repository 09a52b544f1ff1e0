//! Reads the rules of one attribute.

use super::{Bounds, Rule, Test};
use crate::errors::Errors;
use crate::options::nearest;
use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{Attribute, Error, Expr, Ident, Result, Token, parenthesized, token};

/// Reads what can be read and reports the rest.
pub(crate) fn parse(attribute: &Attribute, errors: &mut Errors) -> Vec<Rule> {
    let rules = attribute.parse_args_with(|input: ParseStream<'_>| {
        Punctuated::<_, Token![,]>::parse_terminated_with(input, rule)
    });
    let rules = errors.keep(rules).unwrap_or_default();
    rules.into_iter().flatten().collect()
}

const RULES: [&str; 13] = [
    "skip",
    "range",
    "length",
    "ascii",
    "alphanumeric",
    "email",
    "url",
    "prefix",
    "suffix",
    "contains",
    "pattern",
    "required",
    "custom",
];

/// `None` is `skip`.
fn rule(input: ParseStream<'_>) -> Result<Option<Rule>> {
    let name = Ident::parse_any(input)?;
    let at = name.span();
    let test = match name.to_string().as_str() {
        "skip" => return Ok(None),
        "ascii" | "alphanumeric" | "email" | "url" | "required" => Test::Plain(name),
        "prefix" | "suffix" | "contains" => {
            let text = argument(&name, "(\"text\")", input)?;
            Test::Text(name, text)
        }
        "pattern" => Test::Pattern(argument(&name, "(\"^[a-z]+$\")", input)?),
        "custom" => Test::Custom(argument(&name, "(path::to::check)", input)?),
        "range" => Test::Range(bounds(&name, input)?.1),
        "length" => {
            let (mode, bounds) = bounds(&name, input)?;
            Test::Length(mode.unwrap_or_else(|| Ident::new("simple", Span::call_site())), bounds)
        }
        unknown => return Err(Error::new(at, unknown_rule(unknown))),
    };
    Ok(Some(Rule { at, test }))
}

fn unknown_rule(name: &str) -> String {
    match nearest(name, RULES.into_iter()) {
        Some(near) => format!("`{name}` is not a rule; did you mean `{near}`?"),
        None => format!("`{name}` is not a rule; the rules are {}", RULES.join(", ")),
    }
}

fn argument(rule: &Ident, form: &str, input: ParseStream<'_>) -> Result<Expr> {
    if !input.peek(token::Paren) {
        let message = format!("`{rule}` needs an argument: write `{rule}{form}`");
        return Err(Error::new(rule.span(), message));
    }
    let content;
    parenthesized!(content in input);
    content.parse()
}

/// `(min = 1, max = 30)`, `(equal = 5)`, and for lengths `(chars, max = 5)`.
fn bounds(rule: &Ident, input: ParseStream<'_>) -> Result<(Option<Ident>, Bounds)> {
    let form = format!("write `{rule}(min = 1, max = 30)`");
    if !input.peek(token::Paren) {
        return Err(Error::new(rule.span(), format!("`{rule}` needs bounds: {form}")));
    }
    let content;
    parenthesized!(content in input);
    let mut mode = None;
    let mut bounds = Bounds::default();
    while !content.is_empty() {
        let name = Ident::parse_any(&content)?;
        let word = name.to_string();
        if rule == "length" && matches!(word.as_str(), "simple" | "bytes" | "chars" | "utf16") {
            mode = Some(name);
        } else if matches!(word.as_str(), "min" | "max" | "equal") {
            content.parse::<Token![=]>()?;
            let value: Expr = content.parse()?;
            bounds.set(&word, value);
        } else {
            let modes = if rule == "length" { ", `bytes`, `chars`, `utf16`" } else { "" };
            let message = format!("`{word}` is not a bound; known are `min`, `max`, `equal`{modes}");
            return Err(Error::new(name.span(), message));
        }
        if !content.is_empty() {
            content.parse::<Token![,]>()?;
        }
    }
    if bounds.min.is_none() && bounds.max.is_none() {
        return Err(Error::new(rule.span(), format!("`{rule}` needs bounds: {form}")));
    }
    Ok((mode, bounds))
}

impl Bounds {
    fn set(&mut self, name: &str, value: Expr) {
        match name {
            "min" => self.min = Some(value),
            "max" => self.max = Some(value),
            _ => {
                self.min = Some(value.clone());
                self.max = Some(value);
            }
        }
    }
}
