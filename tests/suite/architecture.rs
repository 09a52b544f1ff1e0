//! The arrows of ARCHITECTURE.md: which module may use which.

use std::fs;
use std::path::Path;

/// The modules of the runtime, layer by layer: each uses only its own layer and those before it.
const LAYERS: [&[&str]; 5] = [
    &[
        "alert",
        "artifact",
        "definition",
        "deployment",
        "duration",
        "event",
        "flow_run",
        "hook",
        "id",
        "interrupted",
        "key",
        "limit_record",
        "moment",
        "name",
        "proposal",
        "record",
        "retry",
        "schedule",
        "state",
        "work_pool",
        "worker_record",
    ],
    &["cache", "clock", "environment", "orchestrator", "recorder", "results", "variable_store"],
    &[
        "body",
        "completion",
        "context",
        "engine",
        "extras",
        "hooks",
        "limits",
        "output",
        "scope",
        "surroundings",
        "trace",
        "transaction",
    ],
    &[
        "alerts",
        "artifacts",
        "call",
        "deploy",
        "flow",
        "flow_runs",
        "future",
        "log",
        "pause",
        "private",
        "registry",
        "secrets",
        "tags",
        "testing",
        "variables",
        "worker",
    ],
    &["embedded", "metrics"],
];

#[test]
fn modules_of_the_runtime_use_only_those_above_them() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("autotune-runtime/src");
    let mut wrong = Vec::new();
    each_file(&root, &mut |path, text| {
        let relative = path.strip_prefix(&root).expect("below the root");
        let module = relative.iter().next().and_then(|first| first.to_str()).expect("a name");
        let module = module.trim_end_matches(".rs");
        let Some(layer) = LAYERS.iter().position(|layer| layer.contains(&module)) else { return };
        for (below, modules) in LAYERS.iter().enumerate().skip(layer + 1) {
            for used in modules.iter().filter(|used| uses(text, used)) {
                wrong.push(format!("{} (layer {layer}) uses `{used}` (layer {below})", relative.display()));
            }
        }
    });
    assert!(wrong.is_empty(), "arrows against ARCHITECTURE.md:\n{}", wrong.join("\n"));
}

#[test]
fn every_module_of_the_runtime_has_a_layer() {
    let lib = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("autotune-runtime/src/lib.rs"))
        .expect("the runtime has a lib.rs");
    for line in lib.lines() {
        let Some(module) = line.trim_start_matches("pub ").strip_prefix("mod ") else { continue };
        let module = module.trim_end_matches(';');
        assert!(LAYERS.iter().any(|layer| layer.contains(&module)), "`{module}` is in no layer");
    }
}

#[test]
fn the_attributes_and_the_runtime_do_not_know_the_facade() {
    for member in ["autotune-macros", "autotune-runtime"] {
        let manifest =
            fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(member).join("Cargo.toml"))
                .expect("a member has a manifest");
        // The examples in their documentation may use it.
        let code = manifest.split("[dev-dependencies]").next().unwrap_or_default();
        assert!(!code.lines().any(|line| line.starts_with("autotune = ")), "{member} depends on the façade");
    }
}

#[test]
fn the_analysis_is_pure() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("autotune-tasks/src");
    let outside = ["std::fs", "std::env", "std::net", "tokio", "reqwest", "autotune::", "::now()"];
    let above =
        ["nightscout", "profile_store", "source", "download", "sync", "tasks", "flows", "history", "chain"];
    let mut wrong = Vec::new();
    each_file(&root.join("oref0"), &mut |path, text| {
        let code: Vec<_> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        let effects = outside.iter().filter(|effect| code.iter().any(|line| line.contains(*effect)));
        let modules = above.iter().filter(|module| uses(text, module));
        for used in effects.chain(modules) {
            wrong.push(format!("{} uses `{used}`", path.display()));
        }
    });
    assert!(wrong.is_empty(), "the analysis knows no clock, no I/O and no flow:\n{}", wrong.join("\n"));
}

fn uses(text: &str, module: &str) -> bool {
    // Tests at the end of a file may look at anything.
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).any(|line| {
        line.contains(&format!("crate::{module}::")) || line.contains(&format!("use crate::{module};"))
    })
}

fn each_file(folder: &Path, visit: &mut dyn FnMut(&Path, &str)) {
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("an entry can be read").path();
        if path.is_dir() {
            each_file(&path, visit);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            visit(&path, &fs::read_to_string(&path).expect("a source is text"));
        }
    }
}
