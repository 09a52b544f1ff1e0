//! The shape of the function: its generics, its inputs, and the type of the
//! body in what it returns.

use super::place::at;
use crate::function::Function;
use crate::signature::Signature;
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::visit_mut::{self, VisitMut};
use syn::{GenericParam, Generics, Lifetime, Receiver, ReceiverKind, Type, TypeParamBound};
use syn::{Token, parse_quote};

/// What differs between a function whose body is opaque and one that is boxed.
pub(super) struct Shape {
    pub(super) generics: Generics,
    pub(super) inputs: TokenStream,
    pub(super) body: TokenStream,
}

/// The shape that the option `boxed` asks for.
pub(super) fn shape(function: &Function) -> Shape {
    if function.options.boxed.is_some() { boxed(function) } else { opaque(function) }
}

/// `impl TaskBody<Fut = impl Future<Output = R>>`: the future is named in the
/// signature because `Send` of it could not be found out otherwise.
fn opaque(function: &Function) -> Shape {
    let private = function.private();
    let signature = &function.signature;
    let types = signature.parameters.iter().map(|parameter| parameter.ty.clone()).collect();
    let bound = if function.options.retries.is_some() { quote!(RetryBody) } else { quote!(TaskBody) };
    let output = &signature.output;
    // An `impl` of edition 2021 would not capture elided lifetimes.
    let future = quote_spanned! {at(signature.output_span)=>
        impl #private::Future<Output = #output>
    };
    Shape {
        generics: signature.generics.clone(),
        inputs: inputs(signature, signature.receiver.as_ref(), types),
        body: quote!(impl #private::#bound<Fut = #future>),
    }
}

/// `BoxBody<'autotune, R, MANY>`: a type that can be named, for which all
/// lifetimes need one name.
fn boxed(function: &Function) -> Shape {
    let private = function.private();
    let signature = &function.signature;
    let mut names = NameElided::new();
    let mut receiver = signature.receiver.clone();
    if let Some(receiver) = &mut receiver {
        names.visit_receiver_mut(receiver);
    }
    let mut types: Vec<Type> = signature.parameters.iter().map(|parameter| parameter.ty.clone()).collect();
    for ty in &mut types {
        names.visit_type_mut(ty);
        names.bound_opaque(ty);
    }
    let mut output = signature.output.clone();
    names.visit_type_mut(&mut output);
    let borrows = names.used || !signature.generics.params.is_empty() || function.is_method();
    let mut generics = signature.generics.clone();
    let lifetime = if borrows {
        bound_generics(&mut generics, &names.lifetime);
        if function.is_method() && receiver.as_ref().is_none_or(takes_self_by_value) {
            let lifetime = &names.lifetime;
            generics.make_where_clause().predicates.push(parse_quote!(Self: #lifetime));
        }
        names.lifetime
    } else {
        Lifetime::new("'static", Span::call_site())
    };
    let many = function.options.retries.is_some();
    Shape {
        generics,
        inputs: inputs(signature, receiver.as_ref(), types),
        body: quote!(#private::BoxBody<#lifetime, #output, #many>),
    }
}

/// The parameters without their patterns.
fn inputs(signature: &Signature, receiver: Option<&Receiver>, types: Vec<Type>) -> TokenStream {
    let receiver = receiver.map(|receiver| quote!(#receiver,));
    let parameters = signature.parameters.iter().zip(types).map(|(parameter, ty)| {
        let cfg = &parameter.cfg;
        let ident = &parameter.ident;
        quote!(#(#cfg)* #ident: #ty)
    });
    quote!(#receiver #(#parameters),*)
}

fn takes_self_by_value(receiver: &Receiver) -> bool {
    !matches!(receiver.kind, ReceiverKind::Reference(..))
}

/// Declares the lifetime, and says of the others that they outlive it.
fn bound_generics(generics: &mut Generics, lifetime: &Lifetime) {
    for parameter in &mut generics.params {
        match parameter {
            GenericParam::Lifetime(other) => {
                other.colon_token.get_or_insert_with(<Token![:]>::default);
                other.bounds.push(lifetime.clone());
            }
            GenericParam::Type(ty) => {
                ty.colon_token.get_or_insert_with(<Token![:]>::default);
                ty.bounds.push(TypeParamBound::Lifetime(lifetime.clone()));
            }
            GenericParam::Const(_) => {}
        }
    }
    generics.params.insert(0, parse_quote!(#lifetime));
}

/// Gives every elided lifetime one name. Lifetimes that are hidden in the name
/// of a type cannot be seen here.
struct NameElided {
    lifetime: Lifetime,
    used: bool,
}

impl NameElided {
    fn new() -> Self {
        let lifetime = Lifetime::new("'autotune", Span::call_site());
        NameElided { lifetime, used: false }
    }

    /// `impl Trait` of a parameter may borrow as well.
    fn bound_opaque(&mut self, ty: &mut Type) {
        if let Type::ImplTrait(opaque) = ty {
            opaque.bounds.push(TypeParamBound::Lifetime(self.lifetime.clone()));
            self.used = true;
        }
    }
}

impl VisitMut for NameElided {
    fn visit_receiver_mut(&mut self, receiver: &mut Receiver) {
        if let ReceiverKind::Reference(_, lifetime @ None, _) = &mut receiver.kind {
            *lifetime = Some(self.lifetime.clone());
            self.used = true;
        }
        visit_mut::visit_receiver_mut(self, receiver);
    }

    fn visit_type_reference_mut(&mut self, reference: &mut syn::TypeReference) {
        if reference.lifetime.is_none() {
            reference.lifetime = Some(self.lifetime.clone());
            self.used = true;
        }
        visit_mut::visit_type_reference_mut(self, reference);
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if lifetime.ident == "_" {
            *lifetime = self.lifetime.clone();
            self.used = true;
        }
    }

    // Lifetimes in the types of functions are theirs.
    fn visit_type_fn_ptr_mut(&mut self, _: &mut syn::TypeFnPtr) {}

    fn visit_parenthesized_generic_arguments_mut(&mut self, _: &mut syn::ParenthesizedGenericArguments) {}
}
