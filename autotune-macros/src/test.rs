//! `#[autotune::test]`: an `async fn` that is run as a test, in virtual time.
//!
//! The body is never parsed, and what is wrong never loses the function.

use crate::errors::Errors;
use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, FnArg, ReturnType, Signature, Visibility};

struct Item {
    attributes: Vec<Attribute>,
    visibility: Visibility,
    signature: Signature,
    body: Group,
}

pub(crate) fn expand(options: &TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    if !options.is_empty() {
        errors.report_on(options, "#[autotune::test] has no options; remove them");
    }
    let tokens = if let Ok(function) = function.parse2(item.clone()) {
        check(&function, &mut errors);
        if errors.is_empty() { tokens(&function) } else { item }
    } else {
        errors.report(Span::call_site(), "#[autotune::test] goes on an `async fn` with a body");
        item
    };
    let errors = errors.into_tokens();
    quote!(#tokens #errors)
}

fn function(input: ParseStream<'_>) -> syn::Result<Item> {
    let attributes = input.call(Attribute::parse_outer)?;
    let visibility = input.parse()?;
    let signature = input.parse()?;
    match input.parse()? {
        TokenTree::Group(body) if body.delimiter() == Delimiter::Brace => {
            Ok(Item { attributes, visibility, signature, body })
        }
        other => Err(syn::Error::new(other.span(), "expected a body")),
    }
}

fn check(function: &Item, errors: &mut Errors) {
    let signature = &function.signature;
    if signature.asyncness.is_none() {
        let message = "a test of `async` code is an `async fn`; for others write `#[test]`";
        errors.report(signature.fn_token.span, message);
    }
    let mut inputs = signature.inputs.iter();
    match inputs.next() {
        Some(FnArg::Receiver(receiver)) => errors.report_on(receiver, "a test is no method: remove `self`"),
        Some(FnArg::Typed(_)) | None => {}
    }
    if let Some(second) = inputs.next() {
        errors.report_on(
            second,
            "a test takes nothing, or one `autotune::testing::Test`; remove this parameter",
        );
    }
    if !signature.generics.params.is_empty() {
        errors.report_on(&signature.generics, "nobody gives a test its type parameters; remove them");
    }
    let other = function
        .attributes
        .iter()
        .find(|attribute| attribute.path().segments.last().is_some_and(|segment| segment.ident == "test"));
    if let Some(other) = other {
        errors.report_on(other, "#[autotune::test] makes it a test already; remove this attribute");
    }
}

fn tokens(function: &Item) -> TokenStream {
    let Item { attributes, visibility, signature, body } = function;
    let Signature { fn_token, ident, output, .. } = signature;
    let test = signature.inputs.first().map_or_else(|| quote!(_), ToTokens::to_token_stream);
    let returned = match output {
        ReturnType::Default => quote!(-> ()),
        ReturnType::Type(..) => output.to_token_stream(),
    };
    let run = crate::expand::place::placed(quote!(::autotune::__private::run_test), ident.span());
    quote! {
        #(#attributes)*
        #[::core::prelude::v1::test]
        #visibility #fn_token #ident() #output {
            #run(async move |#test| #returned #body)
        }
    }
}
