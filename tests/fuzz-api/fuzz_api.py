"""Calls every operation of the API document in ways that nobody thought of.

Starts the local stack with the demonstration in a folder of its own, makes one of everything there is to
ask for, and lets schemathesis loose on it. Exit code 0: no server error, no answer and no status that the
document doesn't have, no malformed request accepted.

    fuzz_api.py [--examples N] [--seed N] [--each] [further options of `schemathesis run`]
"""

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from campaign import Campaign

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
START_SECONDS = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def started(folder: Path) -> subprocess.Popen:
    """The local stack, ready to answer."""
    environment = {**os.environ, "PORT": str(free_port()), "DATA_DIR": str(folder / "data")}
    log = open(folder / "stack.log", "w")
    stack = subprocess.Popen(
        [ROOT / "target/debug/anju-local", "run", "--demo"], cwd=ROOT, env=environment, stdout=log, stderr=log
    )
    demo = folder / "data/demo.json"
    deadline = time.monotonic() + START_SECONDS
    while not demo.exists() or "answers on" not in (folder / "stack.log").read_text():
        if stack.poll() is not None or time.monotonic() > deadline:
            stack.kill()
            sys.exit("the local stack did not start:\n" + (folder / "stack.log").read_text())
        time.sleep(0.1)
    return stack


class Fuzzer:
    """schemathesis against one stack, with what was made in it."""

    def __init__(self, folder: Path, campaign: Campaign, options: list[str]):
        self.folder = folder
        self.address = campaign.address
        self.calls = folder / "calls.json"
        facts = folder / "facts.json"
        facts.write_text(json.dumps(campaign.facts()))
        self.environment = {
            **os.environ, "ANJU_FUZZ_FACTS": str(facts), "ANJU_FUZZ_CALLS": str(self.calls),
            "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(HERE), "PYTHONDONTWRITEBYTECODE": "1",
        }
        self.options = options

    def run(self, *options: str) -> bool:
        """Whether nothing was found."""
        command = [
            Path(sys.executable).with_name("schemathesis"), "--config-file", HERE / "schemathesis.toml",
            "run", self.address + "/openapi.json", *options, *self.options,
        ]
        return subprocess.run(command, cwd=self.folder, env=self.environment).returncode == 0

    def made_up(self) -> dict[str, int]:
        """The calls of each operation in the last run."""
        return json.loads(self.calls.read_text())


def varying_operations() -> list[str]:
    """Operations that take anything at all; of the others one call is like the next."""
    document = json.loads((ROOT / "tests/openapi.json").read_text())
    return [
        operation["operationId"]
        for path in document["paths"].values()
        for method, operation in path.items()
        if method != "parameters"
        if "requestBody" in operation or operation.get("parameters") or path.get("parameters")
    ]


def each_by_itself(fuzzer: Fuzzer, examples: int) -> bool:
    """A run per operation: side by side they share one allowance, and those that take much get little of it."""
    operations = varying_operations()
    made_up, found = {}, []
    for number, operation in enumerate(operations, 1):
        print(f"\n{operation} ({number} of {len(operations)})", flush=True)
        fuzzer.calls.unlink(missing_ok=True)
        if not fuzzer.run("--phases", "fuzzing", "--include-operation-id", operation):
            found.append(operation)
        made_up[operation] = fuzzer.made_up().get(operation, 0)
    too_few = [operation for operation in operations if made_up[operation] < examples]
    for operation in operations:
        print(f"{made_up[operation]:6} {operation}")
    print(f"{sum(made_up.values()):6} calls made up; findings: {found or 'none'}; too few calls: {too_few or 'none'}")
    return not found and not too_few


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--examples", type=int, default=100, help="made-up calls per operation (100)")
    parser.add_argument("--seed", type=int, default=20200630, help="the same seed makes the same calls")
    parser.add_argument("--each", action="store_true", help="every operation by itself, so that each gets all its calls")
    known, further = parser.parse_known_args()
    with tempfile.TemporaryDirectory(prefix="anju-fuzz-") as name:
        folder = Path(name)
        stack = started(folder)
        try:
            options = ["--max-examples", str(known.examples), "--seed", str(known.seed), *further]
            fuzzer = Fuzzer(folder, Campaign.set_up(folder / "data"), options)
            sound = fuzzer.run("--phases", "examples,coverage")
            # By itself: after the first the second would make fewer calls.
            if known.each:
                return not (each_by_itself(fuzzer, known.examples) and sound)
            return not (sound and fuzzer.run("--phases", "fuzzing"))
        finally:
            stack.send_signal(signal.SIGTERM)
            stack.wait(30)


if __name__ == "__main__":
    sys.exit(main())
