//! The options between the attribute's parentheses.
//!
//! Every option is read by itself: one that is wrong is reported and left out,
//! and the function is expanded with the others, so that its callers stay typed.

mod arguments;
mod combine;
mod delay;
mod duration;
mod hook;
mod policy;
mod read;
mod suggest;
mod value;

pub(crate) use delay::Delay;
pub(crate) use duration::Time;
pub(crate) use hook::{Hook, HookPoint};
pub(crate) use policy::Policy;
pub(crate) use suggest::nearest;
pub(crate) use value::Formatted;

use crate::errors::Errors;
use crate::item::Kind;
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Expr, Ident, LitStr, Path};

/// An option's value, and the place where its name stands.
#[derive(Debug)]
pub(crate) struct Given<T> {
    pub(crate) at: Span,
    pub(crate) value: T,
}

/// What the attribute says.
#[derive(Debug, Default)]
pub(crate) struct Options {
    pub(crate) name: Option<LitStr>,
    pub(crate) description: Option<LitStr>,
    pub(crate) version: Option<LitStr>,
    pub(crate) tags: Vec<LitStr>,
    /// `task_run_name` or `flow_run_name`.
    pub(crate) run_name: Option<Given<Formatted>>,
    pub(crate) retries: Option<Given<u32>>,
    pub(crate) retry_delay: Option<Given<Delay>>,
    pub(crate) retry_jitter_factor: Option<Given<f64>>,
    pub(crate) retry_condition: Option<Given<Expr>>,
    pub(crate) timeout: Option<Given<Time>>,
    pub(crate) cache_key: Option<Given<Formatted>>,
    pub(crate) cache_policy: Option<Given<Policy>>,
    pub(crate) cache_expiration: Option<Given<Time>>,
    /// Whether the result outlives the process.
    pub(crate) persist_result: Option<Given<bool>>,
    /// The hooks, in the order in which they are written.
    pub(crate) hooks: Vec<Hook>,
    pub(crate) blocking: Option<Span>,
    pub(crate) boxed: Option<Span>,
    pub(crate) params: Option<Ident>,
    pub(crate) assoc: Option<Span>,
    /// Where `autotune` is, if not at `::autotune`.
    pub(crate) crate_path: Option<Path>,
    /// The names as written, right or wrong, for the editor.
    pub(crate) written: Vec<Ident>,
    /// Other attribute macros have already run; see [`SETTLED`].
    pub(crate) settled: bool,
}

/// Stands first among the options when the attribute was put behind the other
/// attributes of the function: those still there are not macros.
pub(crate) const SETTLED: &str = "__settled";

impl Options {
    /// Reads what can be read and reports the rest.
    pub(crate) fn parse(kind: Kind, tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut options = Options::default();
        for argument in arguments::parse(kind, tokens, errors) {
            let name = argument.name.to_string();
            if name == SETTLED {
                options.settled = true;
                continue;
            }
            // `crate` is a keyword, which cannot be imported under another name.
            let repeated =
                options.written.contains(&argument.name) || (name == "crate" && options.crate_path.is_some());
            if name != "crate" {
                options.written.push(argument.name.clone());
            }
            if repeated {
                errors.report(argument.name.span(), format_args!("`{name}` is given twice"));
                continue;
            }
            options.read(kind, argument, errors);
        }
        options.combine(kind, errors);
        options
    }

    /// The module of the runtime that the expansion may name.
    pub(crate) fn private(&self) -> TokenStream {
        let path = self.crate_path.as_ref();
        path.map_or_else(|| quote!(::autotune::__private), |path| quote!(#path::__private))
    }

    /// Whether results are cached.
    pub(crate) fn caches(&self) -> bool {
        self.cache_key.is_some() || self.policy().is_some()
    }

    /// Whether results outlive the process.
    pub(crate) fn persists(&self) -> bool {
        self.persist_result.as_ref().is_some_and(|given| given.value)
    }

    /// What the key is made of, where there is one and it is not written out.
    pub(crate) fn policy(&self) -> Option<Policy> {
        match (&self.cache_key, &self.cache_policy, &self.cache_expiration) {
            (None, Some(given), _) => Some(given.value.clone()).filter(|policy| !policy.is_none()),
            (None, None, Some(_)) => Some(Policy::inputs_and_source()),
            (None, None, None) if self.persists() => Some(Policy::default_of_prefect()),
            _ => None,
        }
    }
}
