//! What is made of the arguments before they move into the body: the cache
//! key, the name of the run, their validation, and their record.

use super::place::{at, borrowed, placed, quiet};
use crate::function::Function;
use crate::garde;
use crate::item::Kind;
use crate::options::{Formatted, Policy};
use crate::parameter::Parameter;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Ident;
use syn::spanned::Spanned;

/// One statement for each that is asked for.
pub(super) fn tokens(function: &Function, definition: &Ident) -> TokenStream {
    // That of a flow is made of its run, which there is not yet.
    let key = match function.kind {
        Kind::Task => key(function, definition),
        Kind::Flow => None,
    };
    let name = name(function);
    let invalid = function.has_rules().then(|| invalid(function));
    let parameters = match function.kind {
        Kind::Task => None,
        Kind::Flow => Some(parameters(function)),
    };
    quote!(#key #name #invalid #parameters)
}

fn key(function: &Function, definition: &Ident) -> Option<TokenStream> {
    let private = function.private();
    let shown = shown(function);
    let key = match &function.options.cache_key {
        Some(given) => match &given.value {
            Formatted::Template(template) => {
                let text = quote_spanned!(template.span()=> ::core::format_args!(#template));
                quote!(#shown #private::template_key(&#definition, #text))
            }
            Formatted::Expression(expression) => {
                let ours = at(expression.span());
                let function = placed(quote!(#private::expression_key), ours);
                let key = quote_spanned!(ours=> #function(&#definition, &(#expression)));
                quote!(#shown #key)
            }
        },
        None => policy(function, definition, &function.options.policy()?),
    };
    Some(quote! {
        #[allow(clippy::used_underscore_binding)]
        let __autotune_key = { #key };
    })
}

/// The key that a policy asks for.
fn policy(function: &Function, definition: &Ident, policy: &Policy) -> TokenStream {
    let private = function.private();
    let source = policy.task_source.then(|| quote!(.source(&#definition)));
    let run = policy.run_id.then(|| quote!(.run_id()));
    let flow = policy.flow_parameters.then(|| quote!(.flow_parameters()));
    let is_input = |parameter: &&Parameter| {
        let name = parameter.name();
        policy.inputs && !parameter.secret && !policy.without.iter().any(|without| without.value() == name)
    };
    let inputs = function.signature.parameters.iter().filter(is_input).map(|parameter| {
        let Parameter { ty, cfg, .. } = parameter;
        let name = parameter.name();
        let input = placed(quote!(__autotune_inputs.input), ty.span());
        let value = borrowed(parameter);
        quote!(#(#cfg)* let __autotune_inputs = #input(#name, #value);)
    });
    quote! {
        let __autotune_inputs = #private::InputsKey::new() #source #run #flow;
        #(#inputs)*
        __autotune_inputs.finish()
    }
}

fn name(function: &Function) -> Option<TokenStream> {
    let given = function.options.run_name.as_ref()?;
    let private = function.private();
    let shown = shown(function);
    let name = match &given.value {
        Formatted::Template(template) => {
            quote_spanned!(template.span()=> #private::format!(#template))
        }
        Formatted::Expression(expression) => {
            let from = placed(quote!(#private::String::from), expression.span());
            quote_spanned!(at(expression.span())=> #from(#expression))
        }
    };
    Some(quote! {
        #[allow(clippy::used_underscore_binding)]
        let __autotune_name = if #private::observed() {
            #shown
            #private::Some(#name)
        } else {
            #private::None
        };
    })
}

/// The parameters as a key or a name may use them: borrowed, and a secret one
/// hidden by a value that can neither be shown nor hashed.
fn shown(function: &Function) -> TokenStream {
    let private = function.private();
    let named = function.signature.parameters.iter().filter(|parameter| !parameter.is_pattern);
    named
        .map(|parameter| {
            let Parameter { ident, cfg, .. } = parameter;
            let value = match parameter.referent() {
                _ if parameter.secret => quote!(&#private::SecretParameter),
                Some(_) => quote!(#ident),
                None => quote!(&#ident),
            };
            let quiet = quiet(parameter);
            quote!(#(#cfg)* #quiet #[allow(unused_variables)] let #ident = #value;)
        })
        .collect()
}

fn invalid(function: &Function) -> TokenStream {
    let private = function.private();
    let parameters = function.signature.parameters.iter();
    let checks = parameters.map(|parameter| garde::checks(&private, parameter));
    quote! {
        #[allow(clippy::used_underscore_binding)]
        let __autotune_invalid = (|| -> #private::Result<(), #private::InvalidParameters> {
            #(#checks)*
            #private::Ok(())
        })()
        .err();
    }
}

fn parameters(function: &Function) -> TokenStream {
    let private = function.private();
    let captured = function.signature.parameters.iter().map(|parameter| {
        let Parameter { ident, cfg, .. } = parameter;
        let name = parameter.name();
        let value = if parameter.secret {
            quote!(#private::redacted())
        } else {
            quote!({
                #[allow(unused_imports)]
                use #private::{CaptureDebug as _, CaptureJson as _, CaptureName as _};
                (&&&#private::Captured(&#ident)).capture()
            })
        };
        quote!(#(#cfg)* (#name, #value))
    });
    quote! {
        #[allow(clippy::used_underscore_binding)]
        let __autotune_parameters = if #private::recording() {
            #private::Some(#private::parameters([#(#captured),*]))
        } else {
            #private::None
        };
    }
}
