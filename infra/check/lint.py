"""cfn-lint on translated templates."""

import subprocess
import sys
from pathlib import Path

from system import LINTED_REGIONS


def cfn_lint(system, folder, stacks):
    """What it finds, a line each."""
    command = [Path(sys.executable).with_name("cfn-lint"), "--format", "parseable", "--regions"]
    command += LINTED_REGIONS[system.partition]
    # W3002: nested stacks are uploaded by `sam deploy`; until then their place is a local path.
    command += ["--ignore-checks", "W3002", "--template", *(f"{name}.yaml" for name in stacks)]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return run.stdout + run.stderr if run.returncode else ""
