//! Makes rust-analyzer complete the names of options and show what they do.

use crate::function::Function;
use proc_macro2::TokenStream;
use quote::quote;

/// A block that only rust-analyzer sees, with the names as written as paths.
pub(super) fn tokens(function: &Function) -> TokenStream {
    let written = &function.options.written;
    if written.is_empty() {
        return TokenStream::new();
    }
    let private = function.private();
    quote! {
        #[allow(unexpected_cfgs)]
        const _: () = {
            #[cfg(rust_analyzer)]
            {
                #[allow(unused_imports)]
                use #private::options::{#(#written as _),*};
            }
        };
    }
}
