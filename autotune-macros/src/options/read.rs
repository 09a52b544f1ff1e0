//! Which option takes which value.

use super::arguments::{Argument, Value};
use super::{Delay, Given, HookPoint, Options, Time, hook, policy, suggest, value};
use crate::errors::Errors;
use crate::item::Kind;
use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Error, Expr, LitStr, Result};

impl Options {
    /// Reads one option, or reports why it cannot be.
    pub(super) fn read(&mut self, kind: Kind, argument: Argument, errors: &mut Errors) {
        let name = argument.name.to_string();
        let at = argument.name.span();
        if !suggest::is_known(kind, &name) {
            errors.report(at, suggest::unknown(kind, &name));
            return;
        }
        let result = match (name.as_str(), argument.value) {
            (_, Value::Wrong) => Ok(()),
            ("blocking" | "boxed" | "assoc", Value::Absent) => {
                self.set_flag(&name, at);
                Ok(())
            }
            ("blocking" | "boxed" | "assoc", Value::Expression(_)) => {
                // Whatever the value, a flag that is written is probably meant.
                self.set_flag(&name, at);
                Err(Error::new(at, format!("`{name}` takes no value: write just `{name}`")))
            }
            ("persist_result", Value::Absent) => {
                self.persist_result = Some(Given { at, value: true });
                Ok(())
            }
            (_, Value::Absent) => {
                let form = suggest::form(kind, &name);
                Err(Error::new(at, format!("`{name}` needs a value: write `{form}`")))
            }
            (_, Value::Expression(expression)) => self.set(kind, &name, at, value::ungrouped(expression)),
        };
        if name == "retries" && self.retries.is_none() {
            // Calls that choose `.retries(n)` and the options beside it stay valid.
            self.retries = Some(Given { at, value: 0 });
        }
        errors.keep(result);
    }

    fn set_flag(&mut self, name: &str, at: Span) {
        match name {
            "blocking" => self.blocking = Some(at),
            "boxed" => self.boxed = Some(at),
            _ => self.assoc = Some(at),
        }
    }

    fn set(&mut self, kind: Kind, name: &str, at: Span, expression: Expr) -> Result<()> {
        let form = suggest::form(kind, name);
        if let Some(point) = HookPoint::of_option(name) {
            self.hooks.extend(hook::read(point, expression)?);
            return Ok(());
        }
        match name {
            "name" => self.name = Some(read_name(kind, &form, expression)?),
            "description" => {
                self.description = Some(value::nonempty_string(name, &form, expression)?);
            }
            "version" => self.version = Some(value::nonempty_string(name, &form, expression)?),
            "tags" => self.tags = value::tags(expression)?,
            "task_run_name" | "flow_run_name" => {
                let value = value::formatted(name, &form, expression)?;
                self.run_name = Some(Given { at, value });
            }
            "retries" => self.retries = Some(Given { at, value: value::count(&expression)? }),
            "retry_delay" => {
                let value = Delay::read(kind, expression)?;
                self.retry_delay = Some(Given { at, value });
            }
            "retry_jitter_factor" => {
                let value = value::factor(&expression)?;
                self.retry_jitter_factor = Some(Given { at, value });
            }
            "retry_condition" => self.retry_condition = Some(read_condition(at, expression)?),
            "timeout" => {
                let value = read_limit(expression, "a timeout of zero would end every call")?;
                self.timeout = Some(Given { at, value });
            }
            "cache_key" => {
                let value = value::formatted(name, &form, expression)?;
                self.cache_key = Some(Given { at, value });
            }
            "cache_policy" => {
                let value = policy::read(&expression)?;
                self.cache_policy = Some(Given { at, value });
            }
            "cache_expiration" => {
                let value = read_limit(expression, "a result that expires at once is not cached")?;
                self.cache_expiration = Some(Given { at, value });
            }
            "persist_result" => {
                let value = value::switch(name, &expression)?;
                self.persist_result = Some(Given { at, value });
            }
            "params" => self.params = Some(value::type_name(&expression)?),
            "crate" => self.crate_path = Some(value::path(expression)?),
            other => return Err(Error::new(at, suggest::unknown(kind, other))),
        }
        Ok(())
    }
}

/// Prefect refuses these in the name of a flow, which is part of its addresses.
const NOT_IN_FLOW_NAMES: [char; 5] = ['/', '%', '&', '<', '>'];

fn read_name(kind: Kind, form: &str, expression: Expr) -> Result<LitStr> {
    let name = value::nonempty_string("name", form, expression)?;
    let wrong = name.value().chars().find(|letter| NOT_IN_FLOW_NAMES.contains(letter));
    match (kind, wrong) {
        (Kind::Flow, Some(letter)) => {
            let message = format!(
                "the name of a flow cannot contain `{letter}`, nor any of `/ % & < >`: write for \
                 example {:?}",
                name.value().replace(NOT_IN_FLOW_NAMES, "-")
            );
            Err(Error::new(name.span(), message))
        }
        _ => Ok(name),
    }
}

/// A duration that cannot be zero.
fn read_limit(expression: Expr, why: &str) -> Result<Time> {
    let span = expression.span();
    let time = Time::read(expression)?;
    if time.known().is_some_and(|time| time.is_zero()) {
        return Err(Error::new(span, format!("{why}: write for example \"5m\"")));
    }
    Ok(time)
}

/// A path or a closure; which errors it takes is checked by the compiler.
fn read_condition(at: Span, expression: Expr) -> Result<Given<Expr>> {
    match expression {
        Expr::Lit(literal) => {
            let message = "`retry_condition` needs a function of the error: write \
                           `retry_condition = |error| error.is_transient()`";
            Err(Error::new(literal.span(), message))
        }
        value => Ok(Given { at, value }),
    }
}
