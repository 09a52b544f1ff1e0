//! `cache_policy`: what the key of a result is made of, in Prefect's words.

use syn::{BinOp, Error, Expr, ExprLit, Lit, LitStr, Result};

/// What a key is made of.
#[derive(Debug, Clone, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each stands for one of Prefect's policies, in any combination"
)]
pub(crate) struct Policy {
    /// The values of the parameters that are no secrets.
    pub(crate) inputs: bool,
    /// Parameters that are left out of it.
    pub(crate) without: Vec<LitStr>,
    /// The source of the function.
    pub(crate) task_source: bool,
    /// The flow run in which the call is made.
    pub(crate) run_id: bool,
    /// The parameters of that flow run.
    pub(crate) flow_parameters: bool,
}

impl Policy {
    /// What `cache_expiration` alone means.
    pub(crate) fn inputs_and_source() -> Self {
        Policy { inputs: true, task_source: true, ..Policy::default() }
    }

    /// Prefect's `DEFAULT`, which is what `persist_result` alone means.
    pub(crate) fn default_of_prefect() -> Self {
        Policy { run_id: true, ..Policy::inputs_and_source() }
    }

    /// Whether nothing is cached.
    pub(crate) fn is_none(&self) -> bool {
        !(self.inputs || self.task_source || self.run_id || self.flow_parameters)
    }

    fn and(mut self, other: Policy) -> Policy {
        self.inputs |= other.inputs;
        self.task_source |= other.task_source;
        self.run_id |= other.run_id;
        self.flow_parameters |= other.flow_parameters;
        self.without.extend(other.without);
        self
    }
}

const FORM: &str = "write for example `cache_policy = INPUTS + TASK_SOURCE - \"token\"`; the policies are `INPUTS`, \
                    `TASK_SOURCE`, `RUN_ID`, `DEFAULT` (all three), `FLOW_PARAMETERS` and `NO_CACHE`";

/// `INPUTS + TASK_SOURCE - "token"`.
pub(super) fn read(expression: &Expr) -> Result<Policy> {
    match expression {
        Expr::Paren(inner) => read(&inner.expr),
        Expr::Group(inner) => read(&inner.expr),
        Expr::Path(path) => {
            let name = path.path.get_ident().map(ToString::to_string).unwrap_or_default();
            named(&name)
                .ok_or_else(|| Error::new_spanned(path, format!("`{name}` is not a cache policy: {FORM}")))
        }
        Expr::Binary(binary) => match (&binary.op, &*binary.right) {
            (BinOp::Add(_), right) => Ok(read(&binary.left)?.and(read(right)?)),
            (BinOp::Sub(_), Expr::Lit(ExprLit { lit: Lit::Str(parameter), .. })) => {
                let mut policy = read(&binary.left)?;
                policy.without.push(parameter.clone());
                Ok(policy)
            }
            (BinOp::Sub(_), other) => {
                let message =
                    "what is left out of the inputs is the name of a parameter: write `INPUTS - \"token\"`";
                Err(Error::new_spanned(other, message))
            }
            (other, _) => Err(Error::new_spanned(other, FORM)),
        },
        other => Err(Error::new_spanned(other, FORM)),
    }
}

fn named(name: &str) -> Option<Policy> {
    let nothing = Policy::default();
    Some(match name {
        "INPUTS" => Policy { inputs: true, ..nothing },
        "TASK_SOURCE" => Policy { task_source: true, ..nothing },
        "RUN_ID" => Policy { run_id: true, ..nothing },
        "FLOW_PARAMETERS" => Policy { flow_parameters: true, ..nothing },
        "DEFAULT" => Policy::default_of_prefect(),
        "NO_CACHE" => nothing,
        _ => return None,
    })
}
