//! Reads the annotated function: attributes, visibility, signature, and the
//! body as one unparsed group.
//!
//! A body that does not parse yet (somebody is typing in it) must come through
//! unharmed, so nothing here looks inside.

use crate::errors::Errors;
use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{AttrStyle, Attribute, FnArg, Safety, Signature, Token, Visibility};

/// Which attribute is being expanded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Task,
    Flow,
}

impl Kind {
    /// The attribute's name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Task => "task",
            Kind::Flow => "flow",
        }
    }
}

/// A function as written.
pub(crate) struct Item {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) signature: Signature,
    pub(crate) body: Group,
}

/// What the attribute stands on.
pub(crate) enum Parsed {
    /// A function to expand.
    Function(Box<Item>),
    /// A function whose other attribute macros have to see it first.
    Deferred { foreign: Vec<Attribute>, rest: TokenStream },
    /// Nothing to expand: emit this instead.
    AsWritten(TokenStream),
}

/// Reads the item. `settled` says that other attribute macros have run.
pub(crate) fn parse(kind: Kind, settled: bool, tokens: TokenStream, errors: &mut Errors) -> Parsed {
    let name = kind.name();
    let (mut item, end) = match function.parse2(tokens.clone()) {
        Ok(function) => function,
        Err(error) => {
            if looks_like_a_function(&tokens) {
                errors.push(error);
            } else {
                errors.report(Span::call_site(), format_args!("#[{name}] goes on a function"));
            }
            return Parsed::AsWritten(tokens);
        }
    };
    let body = match end {
        End::Body(body) => body,
        End::Semicolon(span) => {
            let message = "needs a function with a body; in a trait, put it on the implementations";
            errors.report(span, format_args!("#[{name}] {message}"));
            return Parsed::AsWritten(without_parameter_attributes(item, &quote!(;)));
        }
    };
    let (known, foreign): (Vec<_>, Vec<_>) =
        std::mem::take(&mut item.attributes).into_iter().partition(is_inert);
    item.attributes = known;
    if is_entry_point(kind, &item.signature, &foreign, errors) {
        item.attributes.extend(foreign);
        return Parsed::AsWritten(without_parameter_attributes(item, &body.to_token_stream()));
    }
    let foreign = without_ours(kind, foreign, errors);
    if settled {
        item.attributes.extend(foreign);
    } else if !foreign.is_empty() {
        return Parsed::Deferred { foreign, rest: item.into_tokens(&body.to_token_stream()) };
    }
    drop_qualifiers(kind, &mut item.signature, errors);
    let body = lift_inner_attributes(body, &mut item.attributes);
    Parsed::Function(Box::new(Item {
        attributes: item.attributes,
        visibility: item.visibility,
        signature: item.signature,
        body,
    }))
}

/// Attributes that belong to the language and are kept on the function.
const INERT: &[&str] = &[
    "doc",
    "cfg",
    "cfg_attr",
    "allow",
    "warn",
    "deny",
    "forbid",
    "expect",
    "deprecated",
    "must_use",
    "inline",
    "cold",
    "track_caller",
    "automatically_derived",
];
const INERT_TOOLS: &[&str] = &["clippy", "rustfmt", "rustdoc", "diagnostic"];

/// Whether an attribute does not transform the function.
fn is_inert(attribute: &Attribute) -> bool {
    let path = attribute.path();
    let first = path.segments.first().map(|segment| segment.ident.to_string());
    match (path.get_ident(), first) {
        (Some(name), _) => INERT.iter().any(|inert| name == inert),
        (None, Some(tool)) => INERT_TOOLS.contains(&tool.as_str()),
        (None, None) => false,
    }
}

/// A function without its body.
struct Head {
    attributes: Vec<Attribute>,
    visibility: Visibility,
    signature: Signature,
}

impl Head {
    fn into_tokens(self, end: &TokenStream) -> TokenStream {
        let Head { attributes, visibility, signature } = self;
        quote!(#(#attributes)* #visibility #signature #end)
    }
}

enum End {
    Body(Group),
    Semicolon(Span),
}

fn function(input: ParseStream<'_>) -> syn::Result<(Head, End)> {
    let head = Head {
        attributes: Attribute::parse_outer(input)?,
        visibility: input.parse()?,
        signature: input.parse()?,
    };
    if let Some(semicolon) = input.parse::<Option<Token![;]>>()? {
        return Ok((head, End::Semicolon(semicolon.span())));
    }
    let body = braces(input.parse()?)?;
    Ok((head, End::Body(body)))
}

/// The body; a `$body:block` of a macro arrives in an invisible group.
fn braces(tree: TokenTree) -> syn::Result<Group> {
    match tree {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Ok(group),
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
            braces(syn::parse2(group.stream())?)
        }
        other => Err(syn::Error::new(other.span(), "expected the body of the function")),
    }
}

/// Whether the word `fn` stands outside of all braces.
fn looks_like_a_function(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().any(|tree| match tree {
        TokenTree::Ident(word) => word == "fn",
        _ => false,
    })
}

/// The function as the compiler takes it: our attributes on parameters removed.
fn without_parameter_attributes(mut item: Head, end: &TokenStream) -> TokenStream {
    for input in &mut item.signature.inputs {
        if let FnArg::Typed(typed) = input {
            typed.attrs.retain(|attribute| is_inert(attribute) && !attribute.path().is_ident("doc"));
        }
    }
    item.into_tokens(end)
}

/// Tests and `main` are called by somebody who expects a plain function.
fn is_entry_point(kind: Kind, signature: &Signature, foreign: &[Attribute], errors: &mut Errors) -> bool {
    let name = kind.name();
    if let Some(test) = foreign.iter().find(|attribute| ends_with(attribute, "test")) {
        let message = format_args!("a #[{name}] cannot be a test itself; call it from one");
        errors.report_on(test.path(), message);
        return true;
    }
    if signature.ident == "main" {
        let message = format_args!("`main` cannot be a #[{name}]; call the {name} from `main`");
        errors.report(signature.ident.span(), message);
        return true;
    }
    false
}

/// Removes a second `#[task]` or `#[flow]`.
fn without_ours(kind: Kind, foreign: Vec<Attribute>, errors: &mut Errors) -> Vec<Attribute> {
    let (ours, foreign): (Vec<_>, Vec<_>) = foreign
        .into_iter()
        .partition(|attribute| ends_with(attribute, "task") || ends_with(attribute, "flow"));
    for attribute in ours {
        let path = attribute.path();
        if ends_with(&attribute, kind.name()) {
            errors.report_on(path, format_args!("#[{}] is given twice", kind.name()));
        } else {
            errors.report_on(path, "a function is either a #[task] or a #[flow]; remove one of them");
        }
    }
    foreign
}

fn ends_with(attribute: &Attribute, name: &str) -> bool {
    let last = attribute.path().segments.last();
    last.is_some_and(|segment| segment.ident == name)
}

/// Answers `unsafe`, `extern`, `const` and `...`, and goes on without them.
fn drop_qualifiers(kind: Kind, signature: &mut Signature, errors: &mut Errors) {
    let name = kind.name();
    if let Safety::Unsafe(word) = &signature.safety {
        let why = "nothing could uphold its contract when it is run; make it safe";
        errors.report(word.span, format_args!("an `unsafe` function cannot be a #[{name}]: {why}"));
    }
    if let Some(abi) = &signature.abi {
        let message = format_args!("an `extern` function cannot be a #[{name}]; remove `extern`");
        errors.report_on(abi, message);
    }
    if let Some(word) = &signature.constness {
        let message = format_args!("a `const fn` cannot be a #[{name}]; remove `const`");
        errors.report(word.span, message);
    }
    if let Some(dots) = &signature.variadic {
        let message = format_args!("a variadic function cannot be a #[{name}]; take a slice");
        errors.report_on(dots, message);
    }
    signature.safety = Safety::Default;
    signature.abi = None;
    signature.constness = None;
    signature.variadic = None;
}

/// Moves `#![allow(..)]` at the top of the body to the function, because the
/// body becomes a block in a block, where such attributes are not allowed.
fn lift_inner_attributes(body: Group, attributes: &mut Vec<Attribute>) -> Group {
    let starts_with_hash = matches!(
        body.stream().into_iter().next(),
        Some(TokenTree::Punct(punct)) if punct.as_char() == '#'
    );
    if !starts_with_hash {
        return body;
    }
    let split = |input: ParseStream<'_>| Ok((Attribute::parse_inner(input)?, input.parse::<TokenStream>()?));
    match split.parse2(body.stream()) {
        Ok((inner, rest)) if !inner.is_empty() => {
            attributes.extend(
                inner.into_iter().map(|attribute| Attribute { style: AttrStyle::Outer, ..attribute }),
            );
            let mut lifted = Group::new(Delimiter::Brace, rest);
            lifted.set_span(body.span());
            lifted
        }
        _ => body,
    }
}
