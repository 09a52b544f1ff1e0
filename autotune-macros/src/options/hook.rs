//! Functions that are called when a run comes into a state.

use syn::{Error, Expr, Path, Result};

/// A hook: when it is called, and what.
#[derive(Debug)]
pub(crate) struct Hook {
    pub(crate) point: HookPoint,
    pub(crate) function: Path,
}

/// When a hook is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HookPoint {
    Running,
    Completion,
    Failure,
    Crashed,
    Cancellation,
    Commit,
    Rollback,
}

impl HookPoint {
    pub(crate) const ALL: [HookPoint; 7] = [
        HookPoint::Running,
        HookPoint::Completion,
        HookPoint::Failure,
        HookPoint::Crashed,
        HookPoint::Cancellation,
        HookPoint::Commit,
        HookPoint::Rollback,
    ];

    /// The option that names hooks of this point.
    pub(crate) const fn option(self) -> &'static str {
        match self {
            HookPoint::Running => "on_running",
            HookPoint::Completion => "on_completion",
            HookPoint::Failure => "on_failure",
            HookPoint::Crashed => "on_crashed",
            HookPoint::Cancellation => "on_cancellation",
            HookPoint::Commit => "on_commit",
            HookPoint::Rollback => "on_rollback",
        }
    }

    /// The variant of the runtime's type of this name.
    pub(crate) const fn variant(self) -> &'static str {
        match self {
            HookPoint::Running => "Running",
            HookPoint::Completion => "Completion",
            HookPoint::Failure => "Failure",
            HookPoint::Crashed => "Crashed",
            HookPoint::Cancellation => "Cancellation",
            HookPoint::Commit => "Commit",
            HookPoint::Rollback => "Rollback",
        }
    }

    /// Whether it waits for the end of a transaction, and not for a state.
    pub(crate) const fn is_of_transaction(self) -> bool {
        matches!(self, HookPoint::Commit | HookPoint::Rollback)
    }

    /// The form of a function that is called there.
    const fn signature(self) -> &'static str {
        if self.is_of_transaction() {
            "fn notify(transaction: &Transaction, value: &Value)"
        } else {
            "fn notify(run: &Run, state: &State<Output>)"
        }
    }

    pub(crate) fn of_option(option: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|point| point.option() == option)
    }
}

/// One function, or a list of them.
pub(super) fn read(point: HookPoint, expression: Expr) -> Result<Vec<Hook>> {
    let one = |expression: Expr| match super::value::ungrouped(expression) {
        Expr::Path(path) if path.qself.is_none() => Ok(Hook { point, function: path.path }),
        other => {
            let (option, signature) = (point.option(), point.signature());
            let message = format!(
                "`{option}` needs the name of a function, or a list of names: write `{option} = notify`, with \
                 `{signature}`, which may be `async`"
            );
            Err(Error::new_spanned(other, message))
        }
    };
    match expression {
        Expr::Array(list) => list.elems.into_iter().map(one).collect(),
        other => one(other).map(|hook| vec![hook]),
    }
}
