//! What the engine may do with the output. Each line has the span of the
//! option that asks for it, so that what the output lacks is reported there.

use super::place::placed;
use crate::function::Function;
use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;

/// `let __autotune_body = ..;`: the start of an attempt, and a closure that
/// captures nothing and says what may be done with the output.
pub(super) fn tokens(function: &Function) -> TokenStream {
    let private = function.private();
    let retries = retries(function);
    let interrupt = interrupt(function);
    let condition = condition(function);
    let options = &function.options;
    let cache = (options.caches() || options.persists()).then(|| cache(function));
    let hooks = super::hooks::tokens(function);
    let stub = super::stub::output(function);
    let boxed = boxed(function);
    let body = if function.options.retries.is_some() { quote!(Many) } else { quote!(Once) };
    quote! {
        let __autotune_probe = #private::probe_of(&__autotune_start);
        #retries
        let __autotune_ops = move || {
            let mut __autotune_ops = {
                #[allow(unused_imports)]
                use #private::{
                    OpsOfDebug as _, OpsOfDisplay as _, OpsOfOpaque as _, OpsOfPlain as _, OpsOfStates as _,
                };
                (&&&&__autotune_probe).ops()
            };
            #interrupt #condition #cache #hooks #stub
            __autotune_ops
        };
        let __autotune_body = #private::#body::new(__autotune_start, __autotune_ops);
        #boxed
    }
}

/// An option that interrupts needs an output that can say so; without one, it
/// is found out whether it could.
fn interrupt(function: &Function) -> TokenStream {
    let private = function.private();
    let timeout = function.options.timeout.as_ref().map(|given| given.at);
    let mut rules = function.signature.parameters.iter().flat_map(|parameter| &parameter.rules);
    let Some(span) = timeout.or_else(|| rules.next().map(|rule| rule.at)) else {
        return quote! {
            __autotune_ops.interrupt = {
                #[allow(unused_imports)]
                use #private::{InterruptFrom as _, InterruptNever as _};
                (&__autotune_probe).interrupt()
            };
        };
    };
    let interrupts = placed(quote!(#private::interrupts(__autotune_probe)), span);
    quote!(__autotune_ops.interrupt = #private::Some(#interrupts);)
}

fn retries(function: &Function) -> Option<TokenStream> {
    let span = function.options.retries.as_ref()?.at;
    let private = function.private();
    Some(placed(quote!(#private::needs_result(__autotune_probe);), span))
}

fn condition(function: &Function) -> Option<TokenStream> {
    let condition = &function.options.retry_condition.as_ref()?.value;
    let private = function.private();
    let matches = placed(quote!(#private::error_matches), condition.span());
    let matches = quote! {
        #matches(#private::Probe::new(), __autotune_out, #condition)
    };
    Some(quote!(__autotune_ops.retry_condition = #private::Some(|__autotune_out| #matches);))
}

fn cache(function: &Function) -> TokenStream {
    let private = function.private();
    let output = function.signature.output_span;
    let cached = if function.options.persists() { quote!(persisted) } else { quote!(cached) };
    let cached = placed(quote!(#private::#cached(__autotune_part)), output);
    quote! {
        let __autotune_part = {
            #[allow(unused_imports)]
            use #private::{CachePlain as _, CacheResult as _};
            (&__autotune_probe).part()
        };
        __autotune_ops.cache = #private::Some(#cached);
    }
}

fn boxed(function: &Function) -> Option<TokenStream> {
    let span = function.options.boxed?;
    let private = function.private();
    let boxed = placed(quote!(#private::BoxBody::new(__autotune_body)), span);
    Some(quote!(let __autotune_body = #boxed;))
}
