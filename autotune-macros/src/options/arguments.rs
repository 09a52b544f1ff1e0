//! Splits the options at their commas; what an option means is not known here.

use super::suggest;
use crate::errors::Errors;
use crate::item::Kind;
use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Ident, Lit, Token, token};

/// `name` or `name = value`.
pub(super) struct Argument {
    pub(super) name: Ident,
    pub(super) value: Value,
}

/// What stands after the name.
pub(super) enum Value {
    /// Nothing: a flag.
    Absent,
    Expression(Expr),
    /// Something that has been reported.
    Wrong,
}

/// Reads up to the end, whatever is wrong on the way.
pub(super) fn parse(kind: Kind, tokens: TokenStream, errors: &mut Errors) -> Vec<Argument> {
    let mut arguments = Vec::new();
    let all = |input: ParseStream<'_>| {
        while !input.is_empty() {
            arguments.extend(argument(kind, input, errors)?);
            if input.is_empty() {
                break;
            }
            if !input.peek(Token![,]) {
                errors.push(input.error("expected `,` before the next option"));
                skip_to_comma(input)?;
            }
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(())
    };
    if let Err(error) = all.parse2(tokens) {
        errors.push(error);
    }
    arguments
}

fn argument(kind: Kind, input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Option<Argument>> {
    if !input.peek(Ident::peek_any) {
        errors.push(not_a_name(input));
        skip_to_comma(input)?;
        return Ok(None);
    }
    let name = Ident::parse_any(input)?;
    if input.is_empty() || input.peek(Token![,]) {
        let value = Value::Absent;
        return Ok(Some(Argument { name, value }));
    }
    if !input.peek(Token![=]) || input.peek(Token![==]) {
        let form = suggest::form(kind, &name.to_string());
        let message = if input.peek(token::Paren) || input.peek(Token![:]) {
            format!("an option is set with `=`: write `{form}`")
        } else {
            format!("expected `=` or `,` after the option: write `{form}`")
        };
        errors.push(input.error(message));
        skip_to_comma(input)?;
        let value = Value::Wrong;
        return Ok(Some(Argument { name, value }));
    }
    input.parse::<Token![=]>()?;
    let value = value(kind, &name, input, errors)?;
    Ok(Some(Argument { name, value }))
}

fn value(kind: Kind, name: &Ident, input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Value> {
    if input.is_empty() || input.peek(Token![,]) {
        let form = suggest::form(kind, &name.to_string());
        errors.report(name.span(), format_args!("`{name}` needs a value: write `{form}`"));
        return Ok(Value::Wrong);
    }
    match input.parse() {
        Ok(expression) => Ok(Value::Expression(expression)),
        Err(error) => {
            errors.push(error);
            skip_to_comma(input)?;
            Ok(Value::Wrong)
        }
    }
}

fn not_a_name(input: ParseStream<'_>) -> syn::Error {
    match input.fork().parse::<Lit>() {
        Ok(Lit::Str(text)) => {
            input.error(format_args!("expected the name of an option: write `name = {:?}`", text.value()))
        }
        _ => input.error("expected the name of an option, as in `name = \"load\"`"),
    }
}

fn skip_to_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}
