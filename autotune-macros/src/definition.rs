//! The `Definition` of a task or flow: what is known of it at compile time.

use crate::function::Function;
use crate::item::Kind;
use crate::options::HookPoint;
use crate::parameter::Parameter;
use crate::source;
use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;
use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// A constant expression of type `Definition`, with the fields that differ
/// from the default.
pub(crate) fn tokens(function: &Function) -> TokenStream {
    let private = function.options.private();
    let name = name(function);
    let ident = function.signature.ident.unraw().to_string();
    let stated = stated(function, &private);
    let hash = hash(function);
    let default = match function.kind {
        Kind::Task => quote!(TASK),
        Kind::Flow => quote!(FLOW),
    };
    quote! {
        #private::Definition {
            name: #name,
            function: #ident,
            module: ::core::module_path!(),
            file: ::core::file!(),
            line: ::core::line!(),
            #stated
            source_hash: #hash,
            ..#private::Definition::#default
        }
    }
}

/// The option `name`, or the function's own.
pub(crate) fn name(function: &Function) -> String {
    match &function.options.name {
        Some(name) => name.value(),
        None => function.signature.ident.unraw().to_string(),
    }
}

/// The fields that the options, the documentation and the parameters set.
fn stated(function: &Function, private: &TokenStream) -> TokenStream {
    let options = &function.options;
    let some = |name: &str, value: TokenStream| {
        let name = syn::Ident::new(name, proc_macro2::Span::call_site());
        quote!(#name: #private::Some(#value),)
    };
    let description = match &options.description {
        Some(description) => description.value(),
        None => documentation(&function.attributes),
    };
    let description = (!description.is_empty()).then(|| quote!(description: #description,));
    let version = options.version.as_ref().map(|text| some("version", text.to_token_stream()));
    let tags = &options.tags;
    let tags = (!tags.is_empty()).then(|| quote!(tags: &[#(#tags),*],));
    let parameters = &function.signature.parameters;
    let parameters = (!parameters.is_empty()).then(|| {
        let parameters = parameters.iter().map(|parameter| describe(parameter, private));
        quote!(parameters: &[#(#parameters),*],)
    });
    let retries = options.retries.as_ref().map(|given| given.value).filter(|retries| *retries > 0);
    let retries = retries.map(|retries| quote!(retries: #retries,));
    let delay = options.retry_delay.as_ref().map(|given| given.value.tokens(private));
    let delay = delay.map(|delay| quote!(retry_delay: #delay,));
    let jitter = options.retry_jitter_factor.as_ref().map(|given| {
        let factor = Literal::f64_unsuffixed(given.value);
        quote!(retry_jitter_factor: #factor,)
    });
    let timeout = options.timeout.as_ref().map(|given| given.value.tokens(private));
    let timeout = timeout.map(|timeout| some("timeout", timeout));
    let expiration = options.cache_expiration.as_ref().map(|given| given.value.tokens(private));
    let expiration = expiration.map(|expiration| some("cache_expiration", expiration));
    let flow_parameters = options.policy().is_some_and(|policy| policy.flow_parameters);
    let flow_parameters = flow_parameters.then(|| quote!(flow_parameters: true,));
    let persist = options.persists().then(|| quote!(persist_result: true,));
    let blocking = options.blocking.map(|_| quote!(blocking: true,));
    let points =
        HookPoint::ALL.into_iter().filter(|point| options.hooks.iter().any(|hook| hook.point == *point));
    let points: Vec<_> = points.map(|point| format_ident!("{}", point.variant())).collect();
    let hooks = (!points.is_empty())
        .then(|| quote!(hooks: #private::HookPoints::NONE #(.with(#private::HookPoint::#points))*,));
    quote! {
        #description #version #tags #parameters #retries #delay #jitter #timeout #expiration
        #flow_parameters #persist #blocking #hooks
    }
}

fn describe(parameter: &Parameter, private: &TokenStream) -> TokenStream {
    let cfg = &parameter.cfg;
    let name = parameter.name();
    let type_name = source::type_name(&parameter.ty);
    let secret = parameter.secret;
    quote!(#(#cfg)* #private::Parameter { name: #name, type_name: #type_name, secret: #secret })
}

/// Of one width whatever the body is: an editor finds the place of a
/// completion by its offset in two expansions, with and without the word that
/// is being typed.
fn hash(function: &Function) -> Literal {
    let hash = format!("0x{:016x}", function.source_hash);
    hash.parse().unwrap_or_else(|_| Literal::u64_unsuffixed(function.source_hash))
}

/// The text of the doc comments, without the indentation that all lines share.
fn documentation(attributes: &[Attribute]) -> String {
    let lines: Vec<String> = attributes.iter().filter_map(doc_line).collect();
    let text = lines.join("\n");
    let indented = |line: &&str| !line.trim().is_empty();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let shared = text.lines().filter(indented).map(indent).min().unwrap_or(0);
    let lines = text.lines().map(|line| line.get(shared..).unwrap_or("").trim_end());
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

fn doc_line(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(meta) = &attribute.meta else { return None };
    match &meta.value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) if meta.path.is_ident("doc") => Some(text.value()),
        _ => None,
    }
}
