//! Takes the signature apart and checks it against the options.

mod lazy;
mod receiver;
mod written;

use crate::errors::Errors;
use crate::item::Kind;
use crate::options::Options;
use crate::parameter::Parameter;
use crate::source;
use proc_macro2::{Group, Span, TokenStream};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{FnArg, Generics, Ident, Receiver, ReturnType, Token, Type};

/// The signature in parts.
pub(crate) struct Signature {
    pub(crate) is_async: bool,
    pub(crate) fn_token: Token![fn],
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    pub(crate) receiver: Option<Receiver>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) output: Type,
    /// The return type as written, or the name where there is none.
    pub(crate) output_span: Span,
    /// It names `Self`, and so belongs to an `impl` or a `trait`.
    names_self: bool,
    /// The hash of the signature as written, without attributes of parameters.
    hash: u64,
}

impl Signature {
    /// Reads the signature; an option that contradicts it is reported and
    /// taken back.
    pub(crate) fn parse(
        kind: Kind,
        written: syn::Signature,
        options: &mut Options,
        errors: &mut Errors,
    ) -> Self {
        let names_self = source::names_self(written.to_token_stream());
        let hash = hash(&written);
        let (output, output_span) = match written.output {
            ReturnType::Default => (syn::parse_quote!(()), written.ident.span()),
            ReturnType::Type(_, ty) => {
                let span = ty.span();
                (*ty, span)
            }
        };
        let mut receiver = None;
        let mut parameters = Vec::new();
        for (index, input) in written.inputs.into_iter().enumerate() {
            match input {
                FnArg::Receiver(written) => receiver = Some(written),
                FnArg::Typed(typed) => {
                    parameters.push(Parameter::parse(kind, index + 1, typed, errors));
                }
            }
        }
        let signature = Signature {
            is_async: written.asyncness.is_some(),
            fn_token: written.fn_token,
            ident: written.ident,
            generics: written.generics,
            receiver,
            parameters,
            output,
            output_span,
            names_self,
            hash,
        };
        lazy::output_is_finished(kind, &signature, errors);
        receiver::receiver_can_be_retried(&signature, options, errors);
        blocking_suits_the_function(&signature, options, errors);
        timeout_suits_the_function(kind, &signature, options, errors);
        signature
    }

    /// Changes when the code of the function does.
    pub(crate) fn source_hash(&self, body: &Group) -> u64 {
        source::hash(self.hash, body.to_token_stream())
    }

    /// The type of a parameter or the output, as it can be written in the body without a lifetime or a
    /// type parameter that may borrow; `None` if it cannot.
    pub(crate) fn written_alone(&self, ty: &Type) -> Option<Type> {
        written::alone(self, ty)
    }

    /// Whether the function stands in an `impl` or a `trait` for certain.
    pub(crate) fn is_method(&self) -> bool {
        self.receiver.is_some() || self.names_self
    }
}

/// Attributes of parameters are left out: to document one changes no result.
fn hash(signature: &syn::Signature) -> u64 {
    let mut signature = signature.clone();
    for input in &mut signature.inputs {
        if let FnArg::Typed(typed) = input {
            typed.attrs.clear();
        }
    }
    source::hash(source::SEED, signature.to_token_stream())
}

fn blocking_suits_the_function(signature: &Signature, options: &mut Options, errors: &mut Errors) {
    let Some(at) = options.blocking else { return };
    if signature.is_async {
        let message = "`blocking` is for functions that are not `async`: remove one of them";
        errors.report(at, message);
        options.blocking = None;
        return;
    }
    let receiver = signature.receiver.iter().filter_map(receiver::borrows);
    let parameters = signature.parameters.iter().filter_map(|parameter| borrow(&parameter.ty));
    if let Some(borrow) = receiver.chain(parameters).next() {
        let message = "a `blocking` task runs on a thread of its own and cannot borrow: take an \
                       owned value (`String`, `Vec<T>`, `Arc<T>`)";
        errors.report_on(&borrow, message);
        options.blocking = None;
    }
}

/// A borrow that is not `'static`.
fn borrow(ty: &Type) -> Option<TokenStream> {
    struct Borrow(Option<TokenStream>);

    impl<'ast> Visit<'ast> for Borrow {
        fn visit_type_reference(&mut self, reference: &'ast syn::TypeReference) {
            match &reference.lifetime {
                Some(lifetime) if lifetime.ident == "static" => {
                    visit::visit_type_reference(self, reference);
                }
                _ => {
                    self.0.get_or_insert_with(|| reference.to_token_stream());
                }
            }
        }

        // What a function takes and returns is not held by the function.
        fn visit_type_fn_ptr(&mut self, _: &'ast syn::TypeFnPtr) {}

        fn visit_parenthesized_generic_arguments(&mut self, _: &'ast syn::ParenthesizedGenericArguments) {}
    }

    let mut borrow = Borrow(None);
    borrow.visit_type(ty);
    borrow.0
}

fn timeout_suits_the_function(kind: Kind, signature: &Signature, options: &mut Options, errors: &mut Errors) {
    if signature.is_async || options.blocking.is_some() {
        return;
    }
    let Some(timeout) = &options.timeout else { return };
    let remedy = match kind {
        Kind::Task => "make it `async`, or add `blocking` to stop waiting for it",
        Kind::Flow => "make it `async`",
    };
    let message =
        format!("a function that is not `async` cannot be interrupted, so `timeout` has no effect: {remedy}");
    errors.report(timeout.at, message);
    options.timeout = None;
}
