//! What a test needs to put a stub in the place of the body. It is nothing unless
//! the feature `testing` is on, which only the macros of the runtime know.

use crate::function::Function;
use crate::parameter::Parameter;
use proc_macro2::TokenStream;
use quote::quote;
use syn::Type;

/// Copies of the arguments, made only if there is a stub.
pub(super) fn arguments(function: &Function) -> TokenStream {
    let private = function.private();
    let signature = &function.signature;
    let receiver = signature.receiver.as_ref().map(|_| quote!(receiver: _,));
    let parameters = signature.parameters.iter().map(|parameter| {
        let Parameter { ident, ty, cfg, .. } = parameter;
        let ty = signature.written_alone(ty).map(borrowed);
        let ty = ty.map_or_else(|| quote!(_), |ty| quote!((#ty)));
        quote!(#(#cfg)* #ident: #ty,)
    });
    quote!(#private::stub_arguments! { #receiver #(#parameters)* })
}

/// A reference as one that borrows, also where it is `'static`: a stub is given what it refers to.
fn borrowed(mut ty: Type) -> Type {
    if let Type::Reference(reference) = &mut ty {
        reference.lifetime = None;
    }
    ty
}

/// How a stub gives the output, where it can.
pub(super) fn output(function: &Function) -> Option<TokenStream> {
    let private = function.private();
    let output = function.signature.written_alone(&function.signature.output)?;
    Some(quote!(#private::stub_output! { __autotune_ops: #output }))
}
