//! One parameter: its name, pattern, type, and what its attributes say.

use crate::errors::Errors;
use crate::garde::{self, Rule};
use crate::item::Kind;
use crate::options::nearest;
use proc_macro2::Span;
use quote::quote;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, Ident, Meta, Pat, PatType, Type};

/// A parameter other than `self`.
pub(crate) struct Parameter {
    /// The user's name for it, or one of ours where a pattern takes it apart.
    pub(crate) ident: Ident,
    pub(crate) pattern: Pat,
    /// The pattern is more than a name.
    pub(crate) is_pattern: bool,
    pub(crate) ty: Type,
    pub(crate) cfg: Vec<Attribute>,
    /// `allow` and its like, which speak of the pattern.
    pub(crate) lints: Vec<Attribute>,
    pub(crate) secret: bool,
    pub(crate) rules: Vec<Rule>,
    /// Documentation, serde, schemars and garde, for the struct of a flow.
    pub(crate) field: Vec<Attribute>,
    /// An attribute says how it looks in JSON.
    pub(crate) is_json: bool,
}

impl Parameter {
    /// Takes the attributes off the parameter. `number` names a pattern.
    pub(crate) fn parse(kind: Kind, number: usize, typed: PatType, errors: &mut Errors) -> Self {
        let (ident, is_pattern) = match &*typed.pat {
            Pat::Ident(name) if name.subpat.is_none() => (name.ident.clone(), false),
            pattern => {
                let place = Span::mixed_site().located_at(pattern.span());
                (Ident::new(&format!("argument{number}"), place), true)
            }
        };
        let mut parameter = Parameter {
            ident,
            pattern: *typed.pat,
            is_pattern,
            ty: *typed.ty,
            cfg: Vec::new(),
            lints: Vec::new(),
            secret: false,
            rules: Vec::new(),
            field: Vec::new(),
            is_json: false,
        };
        for attribute in typed.attrs {
            parameter.take(kind, attribute, errors);
        }
        parameter
    }

    /// The name without `r#`.
    pub(crate) fn name(&self) -> String {
        self.ident.unraw().to_string()
    }

    /// The type of a parameter that is a shared reference, without the `&`.
    pub(crate) fn referent(&self) -> Option<&Type> {
        match ungrouped(&self.ty) {
            Type::Reference(reference) if reference.mutability.is_none() => Some(&reference.elem),
            _ => None,
        }
    }

    fn take(&mut self, kind: Kind, attribute: Attribute, errors: &mut Errors) {
        let path = attribute.path();
        let name = path.get_ident().map(ToString::to_string).unwrap_or_default();
        match name.as_str() {
            "secret" => {
                if !matches!(attribute.meta, Meta::Path(_)) {
                    errors.report_on(&attribute.meta, "#[secret] takes no value");
                }
                self.secret = true;
            }
            "garde" => {
                self.rules.extend(garde::parse(&attribute, errors));
                self.field.push(attribute);
                self.is_json = true;
            }
            "serde" | "schemars" if kind == Kind::Task => {
                let why = "only a flow's parameters come from JSON; remove it";
                let message = format!("#[{name}] has no effect on a parameter of a task: {why}");
                errors.report_on(path, message);
            }
            "serde" | "schemars" => {
                self.field.push(attribute);
                self.is_json = true;
            }
            "doc" => self.field.push(attribute),
            "cfg" => self.cfg.push(attribute),
            "allow" | "warn" | "deny" | "expect" => self.lints.push(attribute),
            _ => {
                let known: &[&str] = match kind {
                    Kind::Task => &["secret", "garde"],
                    Kind::Flow => &["secret", "garde", "serde", "schemars"],
                };
                errors.report_on(path, unknown(kind, &quote!(#path).to_string(), known));
            }
        }
    }
}

fn unknown(kind: Kind, name: &str, known: &[&str]) -> String {
    let kind = kind.name();
    if let Some(near) = nearest(name, known.iter().copied()) {
        return format!("#[{name}] has no meaning on a parameter of a {kind}; did you mean #[{near}]?");
    }
    let known = known.iter().map(|name| format!("#[{name}]"));
    let known = known.collect::<Vec<_>>().join(", ");
    format!("#[{name}] has no meaning on a parameter of a {kind}; known are {known}")
}

/// Unwraps the invisible groups that `macro_rules` puts around `$ty`.
pub(crate) fn ungrouped(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => ungrouped(&group.elem),
        Type::Paren(paren) => ungrouped(&paren.elem),
        other => other,
    }
}
