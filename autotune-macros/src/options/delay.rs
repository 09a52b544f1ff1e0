//! `retry_delay`: one duration, a list of them, or `exponential(..)`.

use super::duration::Time;
use super::value::ungrouped;
use crate::item::Kind;
use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;
use syn::{Error, Expr, ExprArray, ExprAssign, ExprCall, Result};

/// How long to wait before each further attempt.
#[derive(Debug)]
pub(crate) enum Delay {
    Fixed(Time),
    /// The last one repeats.
    List(Vec<Time>),
    Exponential {
        base: Time,
        max: Option<Time>,
    },
}

/// As many as Prefect takes.
const MOST: usize = 50;
const EXPONENTIAL: &str = "write `exponential(\"1s\")` or `exponential(\"1s\", max = \"1m\")`";

impl Delay {
    /// Reads the value of `retry_delay`.
    pub(super) fn read(kind: Kind, expression: Expr) -> Result<Self> {
        let span = expression.span();
        let delay = match expression {
            Expr::Array(list) => read_list(list)?,
            Expr::Call(call) if is_exponential(&call) => read_exponential(&call)?,
            other => Delay::Fixed(Time::read(other)?),
        };
        match (kind, &delay) {
            (Kind::Flow, Delay::List(_) | Delay::Exponential { .. }) => {
                let message = "the `retry_delay` of a flow is a single duration: write \
                               `retry_delay = \"10s\"`";
                Err(Error::new(span, message))
            }
            _ => Ok(delay),
        }
    }

    /// A constant expression of type `RetryDelay`.
    pub(crate) fn tokens(&self, private: &TokenStream) -> TokenStream {
        match self {
            Delay::Fixed(time) => {
                let time = time.tokens(private);
                quote!(#private::RetryDelay::Fixed(#time))
            }
            Delay::List(times) => {
                let times = times.iter().map(|time| time.tokens(private));
                quote!(#private::RetryDelay::List(&[#(#times),*]))
            }
            Delay::Exponential { base, max } => {
                let base = base.tokens(private);
                let max = max.as_ref().map(|max| max.tokens(private));
                let max = max.map_or_else(|| quote!(#private::None), |max| quote!(#private::Some(#max)));
                quote!(#private::RetryDelay::Exponential { base: #base, max: #max })
            }
        }
    }
}

fn read_list(list: ExprArray) -> Result<Delay> {
    let span = list.bracket_token.span.join();
    if list.elems.is_empty() {
        let message = "`retry_delay` needs at least one duration: write `[\"1s\", \"10s\"]`";
        return Err(Error::new(span, message));
    }
    if list.elems.len() > MOST {
        let message = format!("`retry_delay` takes at most {MOST} durations; the last one repeats");
        return Err(Error::new(span, message));
    }
    let times: Result<_> = list.elems.into_iter().map(Time::read).collect();
    Ok(Delay::List(times?))
}

/// Prefect's name for it is `exponential_backoff`.
fn is_exponential(call: &ExprCall) -> bool {
    match &*call.func {
        Expr::Path(path) => path.path.is_ident("exponential") || path.path.is_ident("exponential_backoff"),
        _ => false,
    }
}

fn read_exponential(call: &ExprCall) -> Result<Delay> {
    if matches!(&*call.func, Expr::Path(path) if path.path.is_ident("exponential_backoff")) {
        let message = format!("`exponential_backoff` is not known; {EXPONENTIAL}");
        return Err(Error::new_spanned(&call.func, message));
    }
    let mut arguments = call.args.iter().cloned().map(ungrouped);
    let base = match arguments.next() {
        Some(Expr::Assign(named)) => {
            return Err(Error::new_spanned(
                named.left,
                format!("the first delay has no name; {EXPONENTIAL}"),
            ));
        }
        Some(base) => Time::read(base)?,
        None => {
            let message = format!("`exponential` needs the first delay; {EXPONENTIAL}");
            return Err(Error::new(call.span(), message));
        }
    };
    if base.known().is_some_and(|base| base.is_zero()) {
        let message = "an exponential delay that starts at zero stays there; write `exponential(\"1s\")`";
        return Err(Error::new_spanned(call.args.first(), message));
    }
    let max = arguments.next().map(read_max).transpose()?;
    if let Some(extra) = arguments.next() {
        let message = format!("`exponential` takes no more than this; {EXPONENTIAL}");
        return Err(Error::new_spanned(extra, message));
    }
    if let (Some(base), Some(max)) = (base.known(), max.as_ref().and_then(Time::known))
        && max < base
    {
        let message = "`max` is shorter than the first delay";
        return Err(Error::new_spanned(call.args.last(), message));
    }
    Ok(Delay::Exponential { base, max })
}

fn read_max(argument: Expr) -> Result<Time> {
    let unknown = |what: &dyn quote::ToTokens| {
        let message = format!("the second argument is the longest delay; {EXPONENTIAL}");
        Error::new_spanned(what, message)
    };
    match argument {
        Expr::Assign(ExprAssign { left, right, .. }) => match &*left {
            Expr::Path(name) if name.path.is_ident("max") => Time::read(*right),
            other => Err(unknown(other)),
        },
        other => Err(unknown(&other)),
    }
}
