"""Calls every operation of the API document in ways that nobody thought of.

Starts the local stack with the demonstration in a folder of its own, makes one of everything there is to
ask for, and lets schemathesis loose on it. Exit code 0: no server error, no answer and no status that the
document doesn't have, no malformed request accepted.

    fuzz_api.py [--examples N] [--seed N] [further options of `schemathesis run`]
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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--examples", type=int, default=100, help="per operation and phase (100)")
    parser.add_argument("--seed", type=int, default=20200630, help="the same seed makes the same calls")
    known, further = parser.parse_known_args()
    with tempfile.TemporaryDirectory(prefix="anju-fuzz-") as name:
        folder = Path(name)
        stack = started(folder)
        try:
            campaign = Campaign.set_up(folder / "data")
            facts = folder / "facts.json"
            facts.write_text(json.dumps(campaign.facts()))
            command = [
                Path(sys.executable).with_name("schemathesis"), "--config-file", HERE / "schemathesis.toml",
                "run", campaign.address + "/openapi.json",
                "--max-examples", str(known.examples), "--seed", str(known.seed), *further,
            ]
            environment = {**os.environ, "ANJU_FUZZ_FACTS": str(facts), "SCHEMATHESIS_HOOKS": "hooks",
                           "PYTHONPATH": str(HERE), "PYTHONDONTWRITEBYTECODE": "1"}
            return subprocess.run(command, cwd=folder, env=environment).returncode
        finally:
            stack.send_signal(signal.SIGTERM)
            stack.wait(30)


if __name__ == "__main__":
    sys.exit(main())
