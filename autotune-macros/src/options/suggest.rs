//! The names of the options, and answers to names that are none.

use crate::item::Kind;

/// An option: its name and how it is written.
struct Known {
    name: &'static str,
    form: &'static str,
}

const fn known(name: &'static str, form: &'static str) -> Known {
    Known { name, form }
}

const OF_BOTH: &[Known] = &[
    known("name", "name = \"load\""),
    known("description", "description = \"Loads it\""),
    known("version", "version = \"1.0.0\""),
    known("tags", "tags = [\"io\"]"),
    known("retries", "retries = 3"),
    known("retry_delay", "retry_delay = \"10s\""),
    known("timeout", "timeout = \"5m\""),
    known("persist_result", "persist_result"),
    known("on_running", "on_running = notify"),
    known("on_completion", "on_completion = notify"),
    known("on_failure", "on_failure = notify"),
    known("on_crashed", "on_crashed = notify"),
    known("on_cancellation", "on_cancellation = notify"),
    known("boxed", "boxed"),
    known("crate", "crate = path::to::autotune"),
];
const OF_TASKS: &[Known] = &[
    known("task_run_name", "task_run_name = \"load-{url}\""),
    known("retry_jitter_factor", "retry_jitter_factor = 0.5"),
    known("retry_condition", "retry_condition = |error| error.is_transient()"),
    known("cache_key", "cache_key = \"{url}_{days}\""),
    known("cache_policy", "cache_policy = INPUTS + TASK_SOURCE"),
    known("cache_expiration", "cache_expiration = \"1h\""),
    known("on_commit", "on_commit = publish"),
    known("on_rollback", "on_rollback = undo"),
    known("blocking", "blocking"),
];
const OF_FLOWS: &[Known] = &[
    known("flow_run_name", "flow_run_name = \"nightly-{date}\""),
    known("params", "params = NightlyParams"),
    known("assoc", "assoc"),
];

/// Prefect's names for what has another name here.
const RENAMED: &[(&str, &str)] = &[
    ("retry_delay_seconds", "retry_delay = \"10s\""),
    ("timeout_seconds", "timeout = \"60s\""),
    ("cache_key_fn", "cache_key = \"{url}_{days}\""),
    ("result_storage_key", "cache_key = \"{url}_{days}\""),
    ("cache_ttl", "cache_expiration = \"1h\""),
    ("retry_condition_fn", "retry_condition = |error| error.is_transient()"),
    ("retry_if", "retry_condition = |error| error.is_transient()"),
    ("retry_jitter", "retry_jitter_factor = 0.5"),
];

/// What Prefect has and what takes its place.
const ANSWERED: &[(&str, &str)] = &[
    ("log_prints", "is not needed: use `tracing`, as in `info!(days, \"loading\")`"),
    ("refresh_cache", "belongs to a call: call `.refresh_cache()` on it"),
    ("wait_for", "belongs to a call: call `.wait_for(&upstream)` on it"),
    ("validate_parameters", "is not needed: put #[garde(range(min = 1))] on the parameter"),
    ("result_storage", "is not needed: `persist_result` keeps the result in the file of the history"),
    ("result_serializer", "is not needed: `persist_result` keeps whatever has `Serialize` and `Deserialize`"),
    ("cache_result_in_memory", "is not needed: `cache::configure(..)` says how much memory results take"),
    ("task_runner", "is not needed: `.submit()` runs the call on the tokio runtime"),
    ("register", "is not needed: every flow that can be started from JSON is registered"),
];

/// What Prefect has and this framework has not.
const NOT_THERE: &[&str] = &["viz_return_value", "asset_deps"];

/// How an option is written, or its bare name where it is unknown.
pub(super) fn form(kind: Kind, name: &str) -> String {
    let option = of(kind).find(|option| option.name == name);
    option.map_or_else(|| format!("{name} = …"), |option| option.form.to_owned())
}

/// Whether the attribute has this option.
pub(super) fn is_known(kind: Kind, name: &str) -> bool {
    of(kind).any(|option| option.name == name)
}

/// The answer to an option that the attribute does not have.
pub(super) fn unknown(kind: Kind, name: &str) -> String {
    let this = kind.name();
    let (other_kind, run_name) = match kind {
        Kind::Task => (Kind::Flow, "task_run_name"),
        Kind::Flow => (Kind::Task, "flow_run_name"),
    };
    if matches!(name, "task_run_name" | "flow_run_name" | "run_name") {
        return format!("`{name}` is not an option of #[{this}]; write `{}`", form(kind, run_name));
    }
    if kind == Kind::Flow && name == "retry_jitter_factor" {
        return "`retry_jitter_factor` is an option of #[task]; a flow's retry delay has no jitter"
            .to_owned();
    }
    if is_known(other_kind, name) {
        return format!("`{name}` is an option of #[{}], not of #[{this}]", other_kind.name());
    }
    if let Some((_, answer)) = ANSWERED.iter().find(|(theirs, _)| *theirs == name) {
        return format!("`{name}` {answer}");
    }
    if NOT_THERE.contains(&name) {
        return format!("`{name}` is not supported");
    }
    match RENAMED.iter().find(|(theirs, _)| *theirs == name) {
        Some((_, ours)) if is_known(kind, first_word(ours)) => {
            return format!("`{name}` is not an option of #[{this}]; write `{ours}`");
        }
        Some((_, ours)) => {
            let other = other_kind.name();
            let ours = first_word(ours);
            return format!("`{ours}` is an option of #[{other}], not of #[{this}]");
        }
        None => {}
    }
    if let Some(near) = nearest(name, of(kind).map(|option| option.name)) {
        let form = form(kind, near);
        return format!("`{name}` is not an option of #[{this}]; did you mean `{form}`?");
    }
    let all = of(kind).map(|option| format!("`{}`", option.name));
    let all = all.collect::<Vec<_>>().join(", ");
    format!("`{name}` is not an option of #[{this}]; the options are {all}")
}

fn of(kind: Kind) -> impl Iterator<Item = &'static Known> {
    let own = match kind {
        Kind::Task => OF_TASKS,
        Kind::Flow => OF_FLOWS,
    };
    OF_BOTH.iter().chain(own)
}

fn first_word(form: &str) -> &str {
    form.split(' ').next().unwrap_or(form)
}

/// The name that was probably meant, if one is near enough.
pub(crate) fn nearest<'a>(written: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    names
        .map(|name| (distance(written, name), name))
        .filter(|(distance, name)| *distance <= 1 + name.len() / 4)
        .min()
        .map(|(_, name)| name)
}

/// Edit distance: how many letters to insert, remove or replace.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut previous: Vec<usize> = (0..=to.len()).collect();
    for (row, letter) in from.chars().enumerate() {
        let mut left = row + 1;
        let mut current = vec![left];
        for (pair, other) in previous.windows(2).zip(&to) {
            let replaced = pair[0] + usize::from(letter != *other);
            left = replaced.min(pair[1] + 1).min(left + 1);
            current.push(left);
        }
        previous = current;
    }
    previous.last().copied().unwrap_or_default()
}
