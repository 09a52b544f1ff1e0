"""1000 tasks that do nothing, one after the other in one flow, as Prefect 3 runs them and as autotune does, both
recorded. Prints a row like those of `cargo bench -p autotune-benches`.

Prefect has a server of its own, on its SQLite database; it is started and warm before anything is measured. Of its
flow run, the time until it returns counts, and not the seconds after that in which the server stores the task runs.
Of ours, the time until all task runs are stored counts: a flow does not return before that. How many either has
stored is counted afterwards.

    python3 benches/against_prefect.py
"""

import json
import os
import pathlib
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
import venv

ROOT = pathlib.Path(__file__).resolve().parent.parent
VENV = ROOT / "target" / "against-prefect"
PREFECT = "prefect>=3,<4"
TASKS = 1000
ROUNDS = 3
BAR = 1000
# How long the server has to store what it was told.
PATIENCE = 120

FLOW = """
import sys, time
from prefect import flow, task

@task
def nothing(number):
    return number

@flow
def sequential(tasks):
    for number in range(tasks):
        nothing(number)

sequential(10)
for _ in range(int(sys.argv[2])):
    start = time.perf_counter()
    sequential(int(sys.argv[1]))
    print("seconds", time.perf_counter() - start, flush=True)
"""


def prepare():
    """The interpreter of an environment that has Prefect, and our program."""
    python = VENV / "bin" / "python"
    if not python.exists():
        venv.create(VENV, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "-q", PREFECT], check=True)
    command = ["cargo", "bench", "-q", "-p", "autotune-benches", "--no-run", "--message-format=json"]
    built = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    artifacts = (json.loads(line) for line in built.stdout.splitlines())
    programs = [artifact["executable"] for artifact in artifacts if artifact.get("executable")]
    return python, programs[-1]


def seconds_in(output):
    return [float(line.split()[1]) for line in output.splitlines() if line.startswith("seconds ")]


def ask(api, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(api + path, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.loads(answer.read())


def when(patience, is_so):
    """Asks until it is so, or patience is at an end; the last answer."""
    end = time.monotonic() + patience
    while True:
        try:
            answer = is_so()
        except OSError:
            answer = None
        if answer or time.monotonic() > end:
            return answer
        time.sleep(0.5)


def measure_prefect(python):
    """The seconds of each flow run, and how many completed task runs the server has afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    api = f"http://127.0.0.1:{port}/api"
    expected = 10 + ROUNDS * TASKS
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {
            "PREFECT_HOME": home,
            "PREFECT_API_URL": api,
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
            "PREFECT_LOGGING_LEVEL": "ERROR",
        }
        command = [python, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
        with open(os.path.join(home, "server.log"), "wb") as log:
            server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            if not when(PATIENCE, lambda: ask(api, "/health")):
                sys.exit("the Prefect server does not answer")
            program = pathlib.Path(home) / "sequential.py"
            program.write_text(FLOW)
            arguments = [python, program, str(TASKS), str(ROUNDS)]
            ran = subprocess.run(arguments, env=environment, check=True, stdout=subprocess.PIPE, text=True)
            completed = {"task_runs": {"state": {"type": {"any_": ["COMPLETED"]}}}}

            def count():
                return ask(api, "/task_runs/count", completed)

            when(PATIENCE, lambda: count() >= expected)
            return seconds_in(ran.stdout), count(), expected
        finally:
            server.terminate()
            server.wait()


def measure_autotune(program):
    """The same of ours."""
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"AUTOTUNE_BENCHES_PART": "sequential", "AUTOTUNE_HOME": home}
        arguments = [program, str(TASKS), str(10 * ROUNDS)]
        ran = subprocess.run(arguments, env=environment, check=True, stdout=subprocess.PIPE, text=True)
        stored = [int(line.split()[1]) for line in ran.stdout.splitlines() if line.startswith("stored ")]
        return seconds_in(ran.stdout), sum(stored), 10 + 10 * ROUNDS * TASKS


def main():
    python, program = prepare()
    ours, stored, expected = measure_autotune(program)
    theirs, their_stored, their_expected = measure_prefect(python)
    version = "import prefect; print(prefect.__version__)"
    version = subprocess.run([python, "-c", version], check=True, capture_output=True, text=True).stdout.strip()
    ratio = statistics.median(theirs) / statistics.median(ours)
    verdict = "holds" if ratio >= BAR and stored == expected else "MISSED"
    each = [statistics.median(seconds) / TASKS for seconds in (ours, theirs)]
    print(
        f"| {TASKS} tasks that do nothing, in turn in one flow, recorded | Prefect {version} with its own server "
        f"| {ratio:.0f}× as fast | ≥ {BAR}× | {verdict} | {each[0] * 1e6:.1f} µs / {each[1] * 1e3:.1f} ms a task, "
        f"stored {stored} of {expected} / {their_stored} of {their_expected} |"
    )


if __name__ == "__main__":
    main()
