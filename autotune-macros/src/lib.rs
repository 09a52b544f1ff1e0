//! The attributes `#[task]` and `#[flow]`; use them through the crate `autotune`.
//!
//! Tokens come in, tokens go out: a function is read (`item`), its options are
//! checked (`options`), its signature is taken apart (`signature`), its
//! description is written down (`definition`), and all of it becomes code
//! (`expand`) that holds no logic and names only `autotune::__private`.
//! The body of a function is never parsed, and an error never loses it.

mod definition;
mod errors;
mod expand;
mod function;
mod garde;
mod item;
mod options;
mod parameter;
mod signature;
mod source;
mod template;
mod test;

#[cfg(test)]
mod tests;

use item::Kind;
use proc_macro::TokenStream;

/// Makes a function a task; documented where `autotune` re-exports it.
#[proc_macro_attribute]
pub fn task(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::expand(Kind::Task, &options.into(), item.into()).into()
}

/// Makes a function a flow; documented where `autotune` re-exports it.
#[proc_macro_attribute]
pub fn flow(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::expand(Kind::Flow, &options.into(), item.into()).into()
}

/// Makes a function a test; documented where `autotune` re-exports it.
#[proc_macro_attribute]
pub fn test(options: TokenStream, item: TokenStream) -> TokenStream {
    test::expand(&options.into(), item.into()).into()
}
