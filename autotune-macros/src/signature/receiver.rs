//! What kind of `self` the function takes.

use super::Signature;
use crate::errors::Errors;
use crate::options::Options;
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Receiver, ReceiverKind, Type};

/// A further attempt needs the same `self` as the first.
pub(super) fn receiver_can_be_retried(signature: &Signature, options: &mut Options, errors: &mut Errors) {
    let Some(receiver) = signature.receiver.as_ref().filter(|_| options.retries.is_some()) else {
        return;
    };
    let (span, why) = match &receiver.kind {
        ReceiverKind::Reference(_, _, None) => return,
        ReceiverKind::Reference(_, _, Some(mutable)) => {
            (mutable.span(), "`&mut self`: a failed attempt could leave it half changed")
        }
        ReceiverKind::Typed(_, ty) => match &**ty {
            Type::Reference(reference) if reference.mutability.is_none() => return,
            other => (other.span(), "`self` by value: the first attempt would consume it"),
        },
        _ => (receiver.self_token.span, "`self` by value: the first attempt would consume it"),
    };
    errors.report(span, format_args!("a retried task cannot take {why}; take `&self`"));
    options.retries = None;
    options.retry_condition = None;
}

/// The receiver, if it borrows.
pub(super) fn borrows(receiver: &Receiver) -> Option<TokenStream> {
    match &receiver.kind {
        ReceiverKind::Reference(..) => Some(receiver.to_token_stream()),
        ReceiverKind::Typed(_, ty) => super::borrow(ty),
        _ => None,
    }
}
