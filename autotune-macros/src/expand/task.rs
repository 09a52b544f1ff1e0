//! A task: one function that makes a call.

use crate::definition;
use crate::function::Function;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// The function; its definition is inside, so that it can stand anywhere.
pub(super) fn tokens(function: &Function) -> TokenStream {
    let private = function.private();
    let head = function.head(&quote!(#private::TaskCall), None);
    let ident = format_ident!("__AUTOTUNE_DEFINITION");
    let definition = definition::tokens(function);
    let statements = function.statements(&ident);
    quote! {
        #head {
            static #ident: #private::Definition = #definition;
            #private::inventory::submit! { #private::RegisteredTask(&#ident) }
            #statements
        }
    }
}
