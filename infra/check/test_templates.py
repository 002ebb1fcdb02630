"""The real templates keep all rules, in both partitions."""

import pytest

import release_rules
import rules
from lint import cfn_lint
from system import STACKS, function_folders


@pytest.mark.parametrize("rule", [*rules.ALL, *release_rules.ALL], ids=lambda rule: rule.__name__)
def test_rule(system, rule):
    assert list(rule(system)) == []


def test_functions_and_folders_are_the_same(system):
    folders = function_folders()
    assert folders, "no functions found"
    assert list(rules.functions_and_folders_are_the_same(system, folders)) == []


def test_cfn_lint_finds_nothing_in_the_translated_templates(system):
    assert cfn_lint(system, system.write(), STACKS[system.partition]) == ""
