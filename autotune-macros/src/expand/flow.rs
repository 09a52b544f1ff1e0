//! A flow: a function that makes a call, and beside it what starts it by name.

use super::companion::{self, Startable};
use crate::definition;
use crate::errors::Errors;
use crate::function::Function;
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt;
use syn::{Attribute, Ident};

/// The function and its companions.
pub(super) fn tokens(function: &Function, errors: &mut Errors) -> TokenStream {
    if function.is_method() || function.options.assoc.is_some() {
        associated(function, errors)
    } else {
        free(function, errors)
    }
}

/// Nothing but functions can stand in an `impl`: the flow is not registered.
fn associated(function: &Function, errors: &mut Errors) -> TokenStream {
    let private = function.private();
    if let Some(params) = &function.options.params {
        let message = "`params` has no effect on an associated function, which cannot be started \
                       by name; remove it";
        errors.report(params.span(), message);
    }
    let head = function.head(&quote!(#private::FlowCall), Some(&quote!(())));
    let ident = format_ident!("__AUTOTUNE_DEFINITION");
    let definition = definition::tokens(function);
    let statements = function.statements(&ident);
    quote! {
        #head {
            static #ident: #private::Definition = #definition;
            #statements
        }
    }
}

fn free(function: &Function, errors: &mut Errors) -> TokenStream {
    let private = function.private();
    let ident = static_name(function);
    let definition = definition::tokens(function);
    let cfg = cfg(&function.attributes);
    let (parameters, companion) = match companion::startable(function) {
        Startable::Yes(fields) => companion::startable_items(function, &ident, &fields),
        Startable::No { parameter, type_name } => {
            if let Some(params) = &function.options.params {
                let message = "`params` has no effect on a flow that cannot be started by name: \
                               it is generic, or borrows other than `&str`, `&[T]` or `&T`";
                errors.report(params.span(), message);
            }
            (quote!(()), companion::refusal(function, &ident, &parameter, &type_name))
        }
    };
    let head = function.head(&quote!(#private::FlowCall), Some(&parameters));
    let statements = function.statements(&ident);
    quote! {
        #(#cfg)*
        #[doc(hidden)]
        #[allow(non_upper_case_globals)]
        static #ident: #private::Definition = #definition;
        #companion
        #head { #statements }
    }
}

/// Where the function turns out to stand in an `impl`, the compiler says that it
/// cannot find this name: the name says what to write.
fn static_name(function: &Function) -> Ident {
    let name = function.signature.ident.unraw();
    format_ident!("__AUTOTUNE_{name}__in_an_impl_write_flow_assoc", span = Span::call_site())
}

/// What switches the function on and off has to do the same with its companions.
pub(super) fn cfg(attributes: &[Attribute]) -> impl Iterator<Item = &Attribute> + Clone {
    attributes.iter().filter(|attribute| attribute.path().is_ident("cfg"))
}
