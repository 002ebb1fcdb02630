"""Deploys with SAM under a release name of its own, as functions publish a version only where it changes.

Usage: deploy.py CONFIG_ENV [--release NAME] [arguments of `sam deploy`...]
"""

import datetime
import subprocess
import sys
import tomllib
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


def release_name(now, commit):
    """e.g. 20200630T120000Z-1a2b3c4: in order of time, and leading to the code."""
    return f"{now:%Y%m%dT%H%M%SZ}-{commit}"


def overrides(config, environment, release):
    """The parameters of a stage in samconfig.toml, with the release. `sam` would drop the others."""
    try:
        parameters = config[environment]["deploy"]["parameters"]
    except KeyError:
        raise SystemExit(f"samconfig.toml has no [{environment}.deploy.parameters]") from None
    given = [entry for entry in parameters.get("parameter_overrides", []) if not entry.startswith("Release=")]
    return [*given, f"Release={release}"]


def commit():
    described = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--exclude=*"], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    return described.stdout.strip() or "unknown"


def main(arguments):
    if not arguments or arguments[0].startswith("-"):
        raise SystemExit(__doc__)
    environment, *rest = arguments
    release = release_name(datetime.datetime.now(datetime.UTC), commit())
    if rest[:1] == ["--release"]:
        release, rest = rest[1], rest[2:]
    config = tomllib.loads((REPOSITORY / "samconfig.toml").read_text(encoding="utf-8"))
    command = ["sam", "deploy", "--config-env", environment, "--parameter-overrides"]
    command += [*overrides(config, environment, release), *rest]
    print("release", release, flush=True)
    return subprocess.run(command, cwd=REPOSITORY, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
