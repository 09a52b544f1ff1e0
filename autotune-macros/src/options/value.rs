//! Readers of single values: each says what to write instead.

use syn::spanned::Spanned;
use syn::{Error, Expr, ExprGroup, ExprLit, ExprParen, ExprUnary, Ident, Lit, LitStr, Path, Result, UnOp};

/// A text with parameters in it.
#[derive(Debug)]
pub(crate) enum Formatted {
    /// `"{url}_{days}"`
    Template(LitStr),
    /// Anything else, in which the parameters are in scope.
    Expression(Expr),
}

/// Unwraps the invisible groups that `macro_rules` puts around `$value`.
pub(super) fn ungrouped(expression: Expr) -> Expr {
    match expression {
        Expr::Group(ExprGroup { expr, .. }) => ungrouped(*expr),
        other => other,
    }
}

/// A string literal.
pub(super) fn string(option: &str, form: &str, expression: Expr) -> Result<LitStr> {
    match expression {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Ok(text),
        other => {
            let message = format!("`{option}` needs a string literal: write `{form}`");
            Err(Error::new_spanned(other, message))
        }
    }
}

/// A string literal that says something.
pub(super) fn nonempty_string(option: &str, form: &str, expression: Expr) -> Result<LitStr> {
    let text = string(option, form, expression)?;
    if text.value().trim().is_empty() {
        let message = format!("`{option}` cannot be empty: write `{form}`, or remove it");
        return Err(Error::new(text.span(), message));
    }
    Ok(text)
}

/// `true` or `false`.
pub(super) fn switch(option: &str, expression: &Expr) -> Result<bool> {
    match expression {
        Expr::Lit(ExprLit { lit: Lit::Bool(value), .. }) => Ok(value.value),
        other => {
            let message = format!("`{option}` is on or off: write just `{option}`, or `{option} = false`");
            Err(Error::new_spanned(other, message))
        }
    }
}

/// A list of string literals.
pub(super) fn tags(expression: Expr) -> Result<Vec<LitStr>> {
    const LIST: &str = "`tags` needs a list of string literals: write `tags = [\"io\"]`";
    let list = match expression {
        Expr::Array(list) => list,
        Expr::Lit(ExprLit { lit: Lit::Str(tag), .. }) => {
            let message = format!("`tags` needs a list: write `tags = [{:?}]`", tag.value());
            return Err(Error::new(tag.span(), message));
        }
        other => return Err(Error::new_spanned(other, LIST)),
    };
    let mut tags: Vec<LitStr> = Vec::new();
    for element in list.elems {
        let tag = match ungrouped(element) {
            Expr::Lit(ExprLit { lit: Lit::Str(tag), .. }) => tag,
            other => return Err(Error::new_spanned(other, LIST)),
        };
        if tag.value().trim().is_empty() {
            return Err(Error::new(tag.span(), "a tag cannot be empty"));
        }
        if tags.iter().any(|other| other.value() == tag.value()) {
            let message = format!("the tag {:?} is given twice", tag.value());
            return Err(Error::new(tag.span(), message));
        }
        tags.push(tag);
    }
    Ok(tags)
}

/// A number of retries.
pub(super) fn count(expression: &Expr) -> Result<u32> {
    const WHAT: &str = "how often to try again after the first attempt";
    match expression {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number
            .base10_parse()
            .map_err(|_| Error::new(number.span(), format!("`retries` can be at most {}", u32::MAX))),
        other => {
            let message = format!("`retries` needs a whole number, as in `retries = 3`: {WHAT}");
            Err(Error::new_spanned(other, message))
        }
    }
}

/// A share of at least 0.
pub(super) fn factor(expression: &Expr) -> Result<f64> {
    let number = match expression {
        Expr::Lit(ExprLit { lit: Lit::Float(number), .. }) => number.base10_parse::<f64>().ok(),
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number.base10_parse::<f64>().ok(),
        _ => None,
    };
    number.filter(|number| number.is_finite()).ok_or_else(|| {
        let message = "`retry_jitter_factor` needs a number of at least 0, as in \
                       `retry_jitter_factor = 0.5`: by how large a share each delay is varied at random";
        Error::new_spanned(expression, message)
    })
}

/// A path to a module.
pub(super) fn path(expression: Expr) -> Result<Path> {
    match expression {
        Expr::Path(path) if path.qself.is_none() => Ok(path.path),
        other => {
            let message = "`crate` needs a path: write `crate = path::to::autotune`";
            Err(Error::new_spanned(other, message))
        }
    }
}

/// The name of a type to be declared.
pub(super) fn type_name(expression: &Expr) -> Result<Ident> {
    let name = match expression {
        Expr::Path(path) if path.qself.is_none() => path.path.get_ident(),
        _ => None,
    };
    name.cloned().ok_or_else(|| {
        let message = "`params` needs the name that the struct of the parameters is to have: \
                       write `params = NightlyParams`";
        Error::new_spanned(expression, message)
    })
}

/// A template, or an expression over the parameters.
pub(super) fn formatted(option: &str, form: &str, expression: Expr) -> Result<Formatted> {
    match expression {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) if text.value().is_empty() => {
            let message = format!("`{option}` cannot be empty: write `{form}`");
            Err(Error::new(text.span(), message))
        }
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Ok(Formatted::Template(text)),
        Expr::Closure(closure) => {
            let message = format!(
                "`{option}` needs no closure, the parameters are in scope: write `{form}`, or an \
                 expression over them"
            );
            Err(Error::new(closure.span(), message))
        }
        other => Ok(Formatted::Expression(other)),
    }
}

/// Whether the value is a negative number.
pub(super) fn is_negative(expression: &Expr) -> bool {
    match expression {
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), .. }) => true,
        Expr::Paren(ExprParen { expr, .. }) => is_negative(expr),
        _ => false,
    }
}
