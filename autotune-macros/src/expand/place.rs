//! Where tokens of ours seem to stand: errors are reported on what the author
//! wrote, and lints pass over what the author did not write.

use crate::parameter::{Parameter, ungrouped};
use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::Type;

/// The place of what the author wrote, and the hygiene and edition of ours.
pub(crate) fn at(span: Span) -> Span {
    Span::call_site().located_at(span)
}

/// The tokens with the place of what the author wrote: an error about them is
/// reported there. Each keeps its hygiene, so that it is found as before.
pub(crate) fn placed(tokens: TokenStream, span: Span) -> TokenStream {
    let tokens = tokens.into_iter().map(|tree| match tree {
        TokenTree::Group(group) => {
            let mut moved = Group::new(group.delimiter(), placed(group.stream(), span));
            moved.set_span(group.span().located_at(span));
            TokenTree::Group(moved)
        }
        mut other => {
            other.set_span(other.span().located_at(span));
            other
        }
    });
    tokens.collect()
}

/// `&argument`, in the place of its type: what the type lacks is reported there.
pub(super) fn borrowed(parameter: &Parameter) -> TokenStream {
    let mut ty = parameter.ty.to_token_stream().into_iter().map(|tree| tree.span());
    let first = ty.next().unwrap_or_else(Span::call_site);
    let last = ty.last().unwrap_or(first);
    let ident = placed(parameter.ident.to_token_stream(), last);
    // Of an `&` in the place of `&mut` the compiler would say to remove it.
    let is_mutable = matches!(ungrouped(&parameter.ty), Type::Reference(ty) if ty.mutability.is_some());
    let first = if is_mutable { at(first) } else { first };
    quote_spanned!(first=> &#ident)
}

/// The author's tokens, but such that lints take the item for ours.
pub(super) fn as_ours(tokens: &impl ToTokens) -> TokenStream {
    let tokens = tokens.to_token_stream().into_iter().map(|mut tree| {
        tree.set_span(at(tree.span()));
        tree
    });
    tokens.collect()
}

/// It is we who use a parameter named `_unused`, not the author.
pub(super) fn quiet(parameter: &Parameter) -> Option<TokenStream> {
    let starts = parameter.name().starts_with('_');
    starts.then(|| quote!(#[allow(clippy::no_effect_underscore_binding, clippy::used_underscore_binding)]))
}
