//! The expansion as text, and what it must hold whatever the function is.

mod completion;
mod durations;
mod errors;
mod snapshots;
mod suggestions;

use crate::expand::expand;
use crate::item::Kind;
use proc_macro2::TokenStream;
use syn::{Item, ItemMacro};

/// The expansion, which has to be valid Rust.
fn expanded(kind: Kind, options: &str, item: &str) -> TokenStream {
    let options: TokenStream = options.parse().expect("options are tokens");
    let item: TokenStream = item.parse().expect("an item is tokens");
    expand(kind, &options, item)
}

/// The messages of the `compile_error!`s in the expansion.
fn messages(kind: Kind, options: &str, item: &str) -> Vec<String> {
    let file: syn::File = syn::parse2(expanded(kind, options, item)).expect("items");
    file.items.iter().filter_map(message).collect()
}

fn message(item: &Item) -> Option<String> {
    match item {
        Item::Macro(ItemMacro { mac, .. }) if is_compile_error(&mac.path) => {
            mac.parse_body::<syn::LitStr>().ok().map(|text| text.value())
        }
        _ => None,
    }
}

fn is_compile_error(path: &syn::Path) -> bool {
    path.segments.last().is_some_and(|segment| segment.ident == "compile_error")
}
