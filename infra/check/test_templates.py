"""The real templates keep all rules, in both partitions."""

import subprocess
import sys
from pathlib import Path

import pytest

import rules
from system import REGIONS, STACKS, function_folders


@pytest.mark.parametrize("rule", rules.ALL, ids=lambda rule: rule.__name__)
def test_rule(system, rule):
    assert list(rule(system)) == []


def test_functions_and_folders_are_the_same(system):
    folders = function_folders()
    assert folders, "no functions found"
    assert list(rules.functions_and_folders_are_the_same(system, folders)) == []


def test_cfn_lint_finds_nothing_in_the_translated_templates(system):
    folder = system.write()
    command = [Path(sys.executable).with_name("cfn-lint"), "--regions", REGIONS[system.partition], "--format", "parseable"]
    # W3002: nested stacks are uploaded by `sam deploy`; until then their place is a local path.
    command += ["--ignore-checks", "W3002", "--template", *(f"{name}.yaml" for name in STACKS)]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
