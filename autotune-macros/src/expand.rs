//! Writes the code. Each file writes one item or one group of statements; what
//! stands here only puts them in order.
//!
//! What a lint may mention are the author's own tokens; what is ours has the
//! span of the attribute, so that lints pass over it.

mod arguments;
mod body;
mod boxed;
mod companion;
mod editor;
mod flow;
mod hooks;
mod operations;
pub(crate) mod place;
mod stub;
mod task;

use crate::errors::Errors;
use crate::function::Function;
use crate::item::{self, Item, Kind, Parsed};
use crate::options::{Formatted, Given, Options, SETTLED};
use crate::parameter::Parameter;
use crate::signature::Signature;
use crate::{source, template};
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::{Attribute, Ident};

/// Expands an attribute.
pub(crate) fn expand(kind: Kind, arguments: &TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let mut in_item = Errors::default();
    let options = Options::parse(kind, arguments.clone(), &mut errors);
    let (tokens, errors) = match item::parse(kind, options.settled, item, &mut in_item) {
        Parsed::Function(item) => {
            let tokens = function(kind, options, *item, &mut errors);
            (tokens, errors.into_tokens())
        }
        // The options are read again, and their errors reported, when it is our turn.
        Parsed::Deferred { foreign, rest } => {
            (defer(kind, &options, arguments, &foreign, &rest), TokenStream::new())
        }
        Parsed::AsWritten(tokens) => (tokens, errors.into_tokens()),
    };
    let in_item = in_item.into_tokens();
    quote!(#tokens #in_item #errors)
}

/// Other attribute macros have to see the `async fn`: they go first.
fn defer(
    kind: Kind,
    options: &Options,
    arguments: &TokenStream,
    foreign: &[Attribute],
    rest: &TokenStream,
) -> TokenStream {
    let private = options.private();
    let attribute = format_ident!("{}", kind.name());
    let settled = format_ident!("{SETTLED}");
    quote!(#(#foreign)* #[#private::#attribute(#settled, #arguments)] #rest)
}

fn function(kind: Kind, mut options: Options, item: Item, errors: &mut Errors) -> TokenStream {
    let signature = Signature::parse(kind, item.signature, &mut options, errors);
    let run_name = match kind {
        Kind::Task => "task_run_name",
        Kind::Flow => "flow_run_name",
    };
    template::check(run_name, &mut options, &signature, errors);
    check_policy(&options, &signature, errors);
    let function = Function {
        kind,
        options,
        attributes: item.attributes,
        visibility: item.visibility,
        source_hash: signature.source_hash(&item.body),
        signature,
        body: item.body,
    };
    match kind {
        Kind::Task => task::tokens(&function),
        Kind::Flow => flow::tokens(&function, errors),
    }
}

/// What a policy leaves out has to be there.
fn check_policy(options: &Options, signature: &Signature, errors: &mut Errors) {
    let Some(given) = &options.cache_policy else { return };
    let is_known = |name: &str| signature.parameters.iter().any(|parameter| parameter.name() == name);
    for without in given.value.without.iter().filter(|without| !is_known(&without.value())) {
        let names = signature.parameters.iter().map(|parameter| format!("`{}`", parameter.name()));
        let names = names.collect::<Vec<_>>().join(", ");
        let message = format!("`{}` is not a parameter; the parameters are {names}", without.value());
        errors.report(without.span(), message);
    }
}

impl Function {
    /// The module of the runtime that may be named.
    fn private(&self) -> TokenStream {
        self.options.private()
    }

    /// The statements of the function: they make the call.
    fn statements(&self, definition: &Ident) -> TokenStream {
        let editor = editor::tokens(self);
        let arguments = arguments::tokens(self, definition);
        let stub = stub::arguments(self);
        let body = body::tokens(self);
        let operations = operations::tokens(self);
        let call = self.call(definition);
        quote!(#editor #arguments #stub #body #operations #call)
    }

    /// The expression that is returned.
    fn call(&self, definition: &Ident) -> TokenStream {
        let private = self.private();
        let (constructor, key) = match self.kind {
            Kind::Task if self.options.caches() => (quote!(keyed_task_call), Some(quote!(, __autotune_key))),
            Kind::Task => (quote!(task_call), None),
            Kind::Flow => (quote!(flow_call), None),
        };
        let name = self.options.run_name.as_ref();
        let name = name.map(|_| quote!(.with_run_name(__autotune_name)));
        let invalid = self.has_rules().then(|| quote!(.with_invalid(__autotune_invalid)));
        let parameters = match self.kind {
            Kind::Task => None,
            Kind::Flow => Some(quote!(.with_parameters(__autotune_parameters))),
        };
        quote! {
            #private::#constructor(&#definition, __autotune_body #key)
                #name #invalid #parameters
        }
    }

    /// `fn name<..>(..) -> Call<.., parameters> where ..`, for either attribute.
    fn head(&self, call: &TokenStream, parameters: Option<&TokenStream>) -> TokenStream {
        let Function { attributes, visibility, signature, .. } = self;
        let Signature { fn_token, ident, .. } = signature;
        let boxed::Shape { generics, inputs, body } = boxed::shape(self);
        let where_clause = &generics.where_clause;
        let parameters = parameters.map(|parameters| quote!(, #parameters));
        // Where a call is made in place, it is not copied to where it is polled.
        let chosen = attributes.iter().any(|attribute| attribute.path().is_ident("inline"));
        let inline = (!chosen).then(|| quote!(#[inline]));
        // The bound of a type by the lifetime is ours.
        let bounds = self.options.boxed.map(|_| quote!(clippy::multiple_bound_locations,));
        quote! {
            #(#attributes)*
            #inline
            #[allow(
                refining_impl_trait,
                clippy::async_yields_async,
                clippy::double_must_use,
                clippy::manual_async_fn,
                #bounds
                clippy::type_complexity
            )]
            #visibility #fn_token #ident #generics (#inputs) -> #call<#body #parameters> #where_clause
        }
    }

    /// Whether an option uses the parameter, so that it is not unused where the body does not.
    fn is_used_by_an_option(&self, parameter: &Parameter) -> bool {
        let Options { run_name, cache_key, .. } = &self.options;
        let name = parameter.name();
        let named = |given: &Given<Formatted>| match &given.value {
            Formatted::Template(template) => template::names(template, &name),
            Formatted::Expression(expression) => source::mentions(expression.to_token_stream(), &name),
        };
        let is_task = self.kind == Kind::Task;
        let is_input =
            is_task && !parameter.secret && self.options.policy().is_some_and(|policy| policy.inputs);
        is_input || run_name.iter().chain(cache_key).any(named)
    }

    /// Whether a parameter has a rule.
    fn has_rules(&self) -> bool {
        self.signature.parameters.iter().any(|parameter| !parameter.rules.is_empty())
    }

    /// Whether the body belongs to an `impl` or a `trait`.
    fn is_method(&self) -> bool {
        self.signature.is_method() || source::uses_outer_self(self.body.stream())
    }
}
