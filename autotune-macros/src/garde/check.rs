//! The calls that check the parameters of a call.

use super::{Bounds, Rule, Test};
use crate::expand::place::{at, placed};
use crate::parameter::{Parameter, ungrouped};
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, Lit, Type};

/// One statement for each rule; each leaves with `?`.
pub(crate) fn checks(private: &TokenStream, parameter: &Parameter) -> TokenStream {
    parameter
        .rules
        .iter()
        .map(|rule| {
            let name = parameter.name();
            let call = call(private, parameter, rule);
            let cfg = &parameter.cfg;
            quote!(#(#cfg)* #private::check(#name, #call)?;)
        })
        .collect()
}

fn call(private: &TokenStream, parameter: &Parameter, rule: &Rule) -> TokenStream {
    // A rule that is switched off in `garde` is reported on its name.
    let rules = placed(quote!(#private::garde::rules), rule.at);
    let place = at(parameter.ty.span());
    let (module, arguments) = match &rule.test {
        Test::Custom(check) => {
            let value = referent(parameter);
            // A closure that is called at once is how this looks to a lint.
            return quote_spanned!(at(check.span())=> (#check)(#value, &()));
        }
        Test::Plain(name) => (quote!(#rules::#name), quote!(())),
        Test::Text(name, text) => (quote!(#rules::#name), quote!((&#text,))),
        Test::Pattern(pattern) => (quote!(#rules::pattern), matcher(&rules, rule.at, pattern)),
        Test::Range(Bounds { min, max }) => {
            let min = optional(private, min.as_ref());
            let max = optional(private, max.as_ref());
            (quote!(#rules::range), quote_spanned!(place=> (#min, #max)))
        }
        Test::Length(mode, Bounds { min, max }) => {
            let min = min.as_ref().map_or_else(|| quote!(0), |min| quote!(#min));
            let max = max.as_ref().map_or_else(|| quote!(::core::primitive::usize::MAX), |max| quote!(#max));
            (quote!(#rules::length::#mode), quote!((#min, #max)))
        }
    };
    let value = placed(subject(parameter), place);
    let apply = placed(quote!(#module::apply), rule.at);
    quote_spanned!(place=> #apply(#value, #arguments))
}

fn optional(private: &TokenStream, value: Option<&Expr>) -> TokenStream {
    value.map_or_else(|| quote!(#private::None), |value| quote!(#private::Some(#value)))
}

/// A literal is compiled once in a program, as garde's derive does it.
fn matcher(rules: &TokenStream, place: Span, pattern: &Expr) -> TokenStream {
    let module = placed(quote!(#rules::pattern::regex), place);
    match pattern {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => quote!({
            static PATTERN: #module::StaticPattern = #module::init_pattern!(#text);
            (&PATTERN,)
        }),
        other => quote!((&#other,)),
    }
}

/// The parameter as garde's rules take it: they know `&str` and `&[T]` as
/// values, and other types without the reference.
fn subject(parameter: &Parameter) -> TokenStream {
    let ident = &parameter.ident;
    match parameter.referent().map(ungrouped) {
        Some(Type::Slice(_)) | None => quote!(&#ident),
        Some(Type::Path(path)) if path.path.is_ident("str") => quote!(&#ident),
        Some(_) => quote!(#ident),
    }
}

/// The parameter as one would write its type in a function of one's own.
fn referent(parameter: &Parameter) -> TokenStream {
    let ident = &parameter.ident;
    parameter.referent().map_or_else(|| quote!(&#ident), |_| quote!(#ident))
}
