//! What starts a flow by name: the struct of its parameters, how they are
//! passed on, and its registration.

use super::flow;
use super::place::as_ours;
use crate::definition;
use crate::function::Function;
use crate::parameter::{Parameter, ungrouped};
use crate::source;
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;
use syn::visit::{self, Visit};
use syn::{Attribute, GenericParam, Ident, Type};

/// Whether the parameters can come from JSON.
pub(super) enum Startable<'a> {
    Yes(Vec<Field<'a>>),
    No { parameter: String, type_name: String },
}

/// A field of the struct, and how it is passed to the function.
pub(super) struct Field<'a> {
    parameter: &'a Parameter,
    owned: TokenStream,
    passed: TokenStream,
}

/// Finds the owned type of every parameter.
pub(super) fn startable(function: &Function) -> Startable<'_> {
    let generics = &function.signature.generics.params;
    if generics.iter().any(|generic| !matches!(generic, GenericParam::Lifetime(_))) {
        let type_name = "generic".to_owned();
        return Startable::No { parameter: String::new(), type_name };
    }
    let mut fields = Vec::new();
    for parameter in &function.signature.parameters {
        let Some((owned, passed)) = owned(function, parameter) else {
            let type_name = source::type_name(&parameter.ty);
            return Startable::No { parameter: parameter.name(), type_name };
        };
        fields.push(Field { parameter, owned, passed });
    }
    Startable::Yes(fields)
}

/// `&str` becomes `String`, `&[T]` `Vec<T>`, `&T` `T`.
fn owned(function: &Function, parameter: &Parameter) -> Option<(TokenStream, TokenStream)> {
    let private = function.private();
    let ident = &parameter.ident;
    let Type::Reference(reference) = ungrouped(&parameter.ty) else {
        let ty = &parameter.ty;
        return owns(ty).then(|| (quote!(#ty), quote!(#ident)));
    };
    let is_static = reference.lifetime.as_ref().is_some_and(|lifetime| lifetime.ident == "static");
    if reference.mutability.is_some() || is_static {
        return None;
    }
    let owned = match ungrouped(&reference.elem) {
        Type::Path(path) if path.path.is_ident("str") => quote!(#private::String),
        Type::Slice(slice) => {
            let element = &slice.elem;
            owns(element).then(|| quote!(#private::Vec<#element>))?
        }
        other => owns(other).then(|| quote!(#other))?,
    };
    Some((owned, quote!(&#ident)))
}

/// Whether a type borrows nothing, as far as its name tells.
fn owns(ty: &Type) -> bool {
    struct Borrows(bool);

    impl<'ast> Visit<'ast> for Borrows {
        fn visit_lifetime(&mut self, lifetime: &'ast syn::Lifetime) {
            self.0 |= lifetime.ident != "static";
        }

        fn visit_type(&mut self, ty: &'ast Type) {
            let borrows =
                matches!(ty, Type::Reference(_) | Type::ImplTrait(_) | Type::TraitObject(_) | Type::Slice(_));
            self.0 |= borrows;
            visit::visit_type(self, ty);
        }
    }

    let mut borrows = Borrows(false);
    borrows.visit_type(ty);
    !borrows.0
}

/// The registration of a flow that cannot be started by name.
pub(super) fn refusal(
    function: &Function,
    definition: &Ident,
    parameter: &str,
    type_name: &str,
) -> TokenStream {
    let private = function.private();
    let cfg = flow::cfg(&function.attributes);
    quote! {
        #(#cfg)*
        #private::inventory::submit! {
            #private::RegisteredFlow {
                definition: &#definition,
                entry: || #private::Entry::Refused {
                    parameter: #parameter,
                    type_name: #type_name,
                },
            }
        }
    }
}

/// The name of the struct, and the items.
pub(super) fn startable_items(
    function: &Function,
    definition: &Ident,
    fields: &[Field<'_>],
) -> (TokenStream, TokenStream) {
    let ident = &function.signature.ident;
    let hidden = || format_ident!("__{}Parameters", ident.unraw(), span = ident.span());
    let name = function.options.params.clone().unwrap_or_else(hidden);
    let structure = structure(function, &name, fields);
    let start = start(function, definition, &name, fields);
    let registration = registration(function, definition, &name, fields);
    (name.to_token_stream(), quote!(#structure #start #registration))
}

/// One type parameter for each field, with the type of the field as its
/// default: the bounds of the derives become conditional, and are required
/// only where the flow is started by name. A field with attributes is meant
/// for JSON and keeps its own type.
fn structure(function: &Function, name: &Ident, fields: &[Field<'_>]) -> TokenStream {
    let private = function.private();
    let cfg = flow::cfg(&function.attributes);
    let is_doc = |attribute: &&Attribute| attribute.path().is_ident("doc");
    let docs = function.attributes.iter().filter(is_doc);
    let hidden = function.options.params.is_none().then(|| quote!(#[doc(hidden)]));
    let visibility = as_ours(&function.visibility);
    let title = definition::name(function);
    let crate_of = |name: &str| format!("{private}::{name}").replace(' ', "");
    let (serde, schemars) = (crate_of("serde"), crate_of("schemars"));
    let number = |index: usize| format_ident!("__P{index}");
    let conditional = fields.iter().enumerate().filter(|(_, field)| !field.parameter.is_json);
    let generics = conditional.map(|(index, field)| {
        let (generic, owned) = (number(index), &field.owned);
        let cfg = &field.parameter.cfg;
        quote!(#(#cfg)* #generic = #owned)
    });
    let members = fields.iter().enumerate().map(|(index, field)| {
        let Parameter { ident, cfg, field: attributes, secret, is_json, .. } = field.parameter;
        let secret = secret.then(|| quote!(#[schemars(extend("writeOnly" = true))]));
        let generic = number(index).to_token_stream();
        let ty = if *is_json { &field.owned } else { &generic };
        quote!(#(#cfg)* #(#attributes)* #secret #visibility #ident: #ty)
    });
    quote! {
        #(#cfg)*
        #(#docs)*
        #hidden
        #[allow(
            missing_debug_implementations,
            missing_docs,
            non_camel_case_types,
            unreachable_pub,
            clippy::pedantic
        )]
        #[derive(#private::serde::Deserialize, #private::schemars::JsonSchema)]
        #[serde(crate = #serde, deny_unknown_fields)]
        #[schemars(crate = #schemars, title = #title)]
        #visibility struct #name<#(#generics),*> { #(#members),* }
    }
}

/// How a flow is started with its parameters as one value.
fn start(function: &Function, definition: &Ident, name: &Ident, fields: &[Field<'_>]) -> TokenStream {
    let private = function.private();
    let cfg = flow::cfg(&function.attributes);
    let ident = &function.signature.ident;
    let names = fields.iter().map(|field| {
        let Parameter { ident, cfg, .. } = field.parameter;
        quote!(#(#cfg)* #ident)
    });
    let passed = fields.iter().map(|field| {
        let cfg = &field.parameter.cfg;
        let passed = &field.passed;
        quote!(#(#cfg)* #passed)
    });
    quote! {
        #(#cfg)*
        #[allow(deprecated, clippy::used_underscore_binding)]
        impl #private::FlowParameters for #name {
            const DEFINITION: &'static #private::Definition = &#definition;

            fn start(self, __autotune_options: #private::StartOptions) -> #private::FlowRun {
                let Self { #(#names),* } = self;
                #private::Box::pin(async move {
                    let __autotune_call = #ident(#(#passed),*);
                    let __autotune_state =
                        __autotune_call.with_options(__autotune_options).state().await;
                    #[allow(unused_imports)]
                    use #private::{
                        OutputOpaqueJson as _, OutputOpaqueText as _, OutputPlainJson as _,
                        OutputPlainText as _, OutputResultJson as _, OutputResultText as _,
                    };
                    #private::outcome(
                        &__autotune_state,
                        |__autotune_out| {
                            (&&&#private::probe_value(__autotune_out)).json(__autotune_out)
                        },
                        |__autotune_out| {
                            (&&&#private::probe_value(__autotune_out)).text(__autotune_out)
                        },
                    )
                })
            }
        }
    }
}

fn registration(function: &Function, definition: &Ident, name: &Ident, fields: &[Field<'_>]) -> TokenStream {
    let private = function.private();
    let cfg = flow::cfg(&function.attributes);
    let fields = fields.iter().map(|field| {
        let cfg = &field.parameter.cfg;
        let name = field.parameter.name();
        let type_name = source::type_name(&field.parameter.ty);
        let owned = &field.owned;
        quote! {
            #(#cfg)*
            #private::Field {
                name: #name,
                type_name: #type_name,
                from_json: (&#private::Probe::<#owned>::new()).reads_json(),
            }
        }
    });
    quote! {
        #(#cfg)*
        #private::inventory::submit! {
            #private::RegisteredFlow {
                definition: &#definition,
                entry: || {
                    #[allow(unused_imports)]
                    use #private::{
                        EntryRefused as _, EntryStartable as _, FieldFromJson as _,
                        FieldNotFromJson as _,
                    };
                    (&#private::EntryOf::<#name>::new()).entry(&[#(#fields),*])
                },
            }
        }
    }
}
