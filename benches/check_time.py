"""What an attribute costs the compiler: `cargo check` of 200 functions, bare, with `#[tracing::instrument(err)]`
and with `#[task]`. Prints a row like those of `cargo bench -p autotune-benches`.

    python3 benches/check_time.py
"""

import os
import pathlib
import resource
import statistics
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "target" / "check-time"
FUNCTIONS = 200
ROUNDS = 5
BAR = 0.5

ATTRIBUTES = {"bare": "", "instrument": "#[tracing::instrument(err)]", "task": "#[autotune::task]"}

MANIFEST = """[package]
name = "{name}"
version = "0.0.0"
edition = "2024"
[dependencies]
autotune = {{ path = "{root}" }}
tracing = "0.1"
[workspace]
"""

HEAD = """#[derive(Debug)]
pub struct Error;
impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str("failed") }
}
"""

FUNCTION = """{attribute}
pub async fn load_{number}(url: &str, days: u32) -> Result<usize, Error> {{
    if days == {number} {{ return Err(Error) }}
    Ok(url.len() + days as usize)
}}
"""


def write(name, attribute):
    folder = FOLDER / name
    (folder / "src").mkdir(parents=True, exist_ok=True)
    (folder / "Cargo.toml").write_text(MANIFEST.format(name=name, root=ROOT))
    # The versions that the workspace is locked to.
    (folder / "Cargo.lock").write_bytes((ROOT / "Cargo.lock").read_bytes())
    functions = (FUNCTION.format(attribute=attribute, number=number) for number in range(FUNCTIONS))
    (folder / "src" / "lib.rs").write_text(HEAD + "".join(functions))


def check(name):
    """Checks the crate again, and gives the processor time of it in seconds."""
    os.utime(FOLDER / name / "src" / "lib.rs")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = os.environ | {"CARGO_TARGET_DIR": str(FOLDER / "target"), "CARGO_INCREMENTAL": "0"}
    subprocess.run(["cargo", "check", "-q"], cwd=FOLDER / name, env=environment, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    for name, attribute in ATTRIBUTES.items():
        write(name, attribute)
        check(name)
    rounds = [{name: check(name) for name in ATTRIBUTES} for _ in range(ROUNDS)]

    def each(name):
        return statistics.median((times[name] - times["bare"]) / FUNCTIONS for times in rounds)

    ratio = each("task") / each("instrument")
    verdict = "holds" if ratio <= BAR else "MISSED"
    note = f"{each('task') * 1e3:.1f} ms / {each('instrument') * 1e3:.1f} ms"
    print(
        f"| `cargo check`, each of {FUNCTIONS} tasks | `#[tracing::instrument(err)]` "
        f"| {ratio:.2f}× | ≤ {BAR}× | {verdict} | {note} |"
    )


if __name__ == "__main__":
    main()
