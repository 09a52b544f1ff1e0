//! The author's body, as something that can be started.

use super::place::{at, borrowed, placed, quiet};
use crate::function::Function;
use crate::parameter::Parameter;
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Type, parse_quote};

/// `let __autotune_start = ..;`
pub(super) fn tokens(function: &Function) -> TokenStream {
    let work = if function.options.blocking.is_some() { blocking(function) } else { in_place(function) };
    let clones = function.options.retries.as_ref().map(|_| clones(function));
    quote!(let __autotune_start = move || { #clones #work };)
}

/// The arguments of one more attempt.
fn clones(function: &Function) -> TokenStream {
    let private = function.private();
    let clone = |parameter: &Parameter| {
        let Parameter { ident, ty, cfg, .. } = parameter;
        let clone = placed(quote!(#private::clone_argument), ty.span());
        let argument = borrowed(parameter);
        let quiet = quiet(parameter);
        quote!(#(#cfg)* #quiet let #ident = #clone(#argument);)
    };
    function.signature.parameters.iter().map(clone).collect()
}

/// The block around the author's own has the span, and so the edition, of the
/// attribute: in editions before 2024 the temporaries of the last expression
/// would otherwise outlive the parameters, which they do not in a function.
fn in_place(function: &Function) -> TokenStream {
    let output = output(function);
    let patterns = patterns(function);
    let body = statements(function);
    quote!(async move { #output #patterns #body })
}

fn blocking(function: &Function) -> TokenStream {
    let private = function.private();
    let output = without_opaque(&function.signature.output);
    let patterns = patterns(function);
    let body = statements(function);
    quote!(#private::blocking(move || -> #output { #patterns #body }))
}

/// The author's braces are not unused: they were those of a function.
fn statements(function: &Function) -> TokenStream {
    let body = &function.body;
    quote!(#[allow(unused_braces)] #body)
}

/// Makes the output known before the body is inferred, as it is in an
/// `async fn`.
fn output(function: &Function) -> TokenStream {
    let output = without_opaque(&function.signature.output);
    let known = quote_spanned! {at(function.signature.output_span)=>
        if false {
            let __autotune_return: #output = loop {};
            return __autotune_return;
        }
    };
    quote! {
        #[allow(
            unreachable_code,
            clippy::diverging_sub_expression,
            clippy::empty_loop,
            clippy::let_unit_value,
            clippy::let_with_type_underscore,
            clippy::needless_return
        )]
        #known
    }
}

/// The author's patterns; the arguments are dropped in the order in which an
/// `async fn` drops them.
fn patterns(function: &Function) -> TokenStream {
    function
        .signature
        .parameters
        .iter()
        .map(|parameter| {
            let Parameter { ident, pattern, cfg, lints, .. } = parameter;
            let quiet = quiet(parameter);
            let used = function.is_used_by_an_option(parameter);
            let used = used.then(|| quote!(#[allow(unused_variables)]));
            let whole = parameter.is_pattern.then(|| quote!(#(#cfg)* let #ident = #ident;));
            quote!(#whole #(#cfg)* #quiet #used #(#lints)* let #pattern = #ident;)
        })
        .collect()
}

/// `impl Trait` becomes `_`: it cannot be written in a `let`.
fn without_opaque(ty: &Type) -> Type {
    struct Erase;

    impl VisitMut for Erase {
        fn visit_type_mut(&mut self, ty: &mut Type) {
            if matches!(ty, Type::ImplTrait(_)) {
                let underscore = syn::Token![_](Span::call_site());
                *ty = parse_quote!(#underscore);
            } else {
                visit_mut::visit_type_mut(self, ty);
            }
        }
    }

    let mut ty = ty.clone();
    Erase.visit_type_mut(&mut ty);
    ty
}
