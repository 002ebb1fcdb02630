"""How releases are made: names, parameters, what is inside them, and the workflows that make them."""

import datetime
import json
import re
import subprocess
import sys
import tomllib

import pytest
import yaml

from system import INFRA, REPOSITORY

sys.path.insert(0, str(INFRA / "release"))

import deploy  # noqa: E402
import sbom  # noqa: E402

WORKFLOWS = sorted((REPOSITORY / ".github" / "workflows").glob("*.yml"))


def load(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


# ---- Deploying ------------------------------------------------------------------------------------


def test_a_release_is_named_by_its_time_and_leads_to_the_code():
    now = datetime.datetime(2020, 6, 30, 4, 5, 6, tzinfo=datetime.UTC)
    name = deploy.release_name(now, "1a2b3c4-dirty")
    assert name == "20200630T040506Z-1a2b3c4-dirty"
    allowed = re.search(r"  Release:\n.*?AllowedPattern: (\S+)", (INFRA / "template.yaml").read_text(), re.DOTALL)
    assert re.match(allowed.group(1), name)


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_a_deployment_keeps_all_parameters_of_its_stage(stage):
    config = tomllib.loads((REPOSITORY / "samconfig.toml").read_text(encoding="utf-8"))
    written = config[stage]["deploy"]["parameters"]["parameter_overrides"]
    assert deploy.overrides(config, stage, "r7") == [*written, "Release=r7"]


def test_a_release_in_the_file_is_replaced():
    config = {"dev": {"deploy": {"parameters": {"parameter_overrides": ["Release=old", "Stage=dev"]}}}}
    assert deploy.overrides(config, "dev", "new") == ["Stage=dev", "Release=new"]


def test_an_unknown_stage_is_refused_by_name():
    with pytest.raises(SystemExit, match=r"no \[moon.deploy.parameters\]"):
        deploy.overrides({}, "moon", "r7")


def test_sam_is_called_with_the_release_and_all_parameters(tmp_path, monkeypatch):
    called = tmp_path / "called"
    sam = tmp_path / "sam"
    sam.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >{called}\n')
    sam.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert deploy.main(["prod", "--release", "r7", "--region", "cn-northwest-1"]) == 0
    arguments = called.read_text().splitlines()
    assert arguments[:4] == ["deploy", "--config-env", "prod", "--parameter-overrides"]
    assert "Stage=prod" in arguments and "Release=r7" in arguments
    assert arguments[-2:] == ["--region", "cn-northwest-1"]


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_parameters_of_the_stages_exist_and_are_allowed(stage, sound):
    config = tomllib.loads((REPOSITORY / "samconfig.toml").read_text(encoding="utf-8"))
    declared = sound.stacks["template"].source["Parameters"]
    for entry in config[stage]["deploy"]["parameters"]["parameter_overrides"]:
        name, value = entry.split("=", 1)
        assert name in declared, name
        allowed = declared[name].get("AllowedValues")
        assert allowed is None or value in map(str, allowed), entry


# ---- What is inside -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bill():
    lock = tomllib.loads((REPOSITORY / "Cargo.lock").read_text(encoding="utf-8"))
    return sbom.bill(lock), lock


def test_the_bill_of_materials_names_every_crate_of_the_lock_file(bill):
    document, lock = bill
    named = {(c["name"], c["version"]): c for c in document["components"]}
    assert set(named) == {(p["name"], p["version"]) for p in lock["package"]}
    for package in lock["package"]:
        hashes = named[package["name"], package["version"]].get("hashes", [])
        assert [h["content"] for h in hashes] == ([package["checksum"]] if "checksum" in package else [])


def test_the_bill_of_materials_tells_what_ships_from_what_tests_need(bill):
    scopes = {c["name"]: c["scope"] for c in bill[0]["components"]}
    assert scopes["lambda_runtime"] == scopes["anju-domain"] == scopes["tally"] == "required"
    assert scopes["proptest"] == scopes["anju-local"] == scopes["dynoxide-rs"] == "excluded"
    assert scopes["serde_derive"] == scopes["windows-sys"] == "excluded"


def test_the_bill_of_materials_says_nothing_about_the_machine(bill):
    text = json.dumps(bill[0])
    assert str(REPOSITORY) not in text and "file:" not in text


# ---- Workflows ------------------------------------------------------------------------------------


def steps():
    for path in WORKFLOWS:
        for job in load(path)["jobs"].values():
            for step in job["steps"]:
                yield path.name, step


def test_every_action_of_the_workflows_is_pinned():
    actions = [(name, step["uses"]) for name, step in steps() if "uses" in step]
    assert actions
    for name, action in actions:
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action), f"{name}: {action}"


def test_workflows_may_read_and_only_publishing_may_write():
    for path in WORKFLOWS:
        workflow = load(path)
        assert workflow["permissions"] == {"contents": "read"}, path.name
        writing = [name for name, job in workflow["jobs"].items() if "write" in str(job.get("permissions"))]
        assert writing in ([], ["publish"]), path.name


def test_workflows_run_commands_that_there_are():
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    targets = {target for _, step in steps() for target in re.findall(r"\bmake ([a-z-]+)", step.get("run", ""))}
    assert "test" in targets
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_dependabot_looks_where_requirements_are():
    config = load(REPOSITORY / ".github" / "dependabot.yml")
    files = {"cargo": "Cargo.toml", "pip": "*requirements.txt", "npm": "package.json", "github-actions": ".github/workflows/*.yml"}
    looked_at = set()
    for update in config["updates"]:
        for folder in update.get("directories", [update.get("directory")]):
            found = list((REPOSITORY / folder.lstrip("/")).glob(files[update["package-ecosystem"]]))
            assert found, f"{update['package-ecosystem']}: nothing in {folder}"
            looked_at |= set(found)
    listed = subprocess.run(
        ["git", "ls-files", "*requirements.txt", "*package.json"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    missed = {REPOSITORY / line for line in listed.stdout.splitlines()} - looked_at
    assert not missed, f"dependabot doesn't look at {missed}"


# ---- Metrics --------------------------------------------------------------------------------------


def test_metrics_that_are_watched_or_shown_are_counted_somewhere(sound):
    known = set(re.findall(r'=> "(\w+)"', (REPOSITORY / "shared/metrics/src/lib.rs").read_text(encoding="utf-8")))
    used = set()
    for stack, _, alarm in sound.resources("AWS::CloudWatch::Alarm"):
        properties = alarm["Properties"]
        queries = [query.get("MetricStat", {}).get("Metric", {}) for query in properties.get("Metrics", [])]
        used |= {m["MetricName"] for m in [properties, *queries] if m.get("Namespace") == "Anju"}
    body = sound.resource(("operations", "Dashboard"))["Properties"]["DashboardBody"]["Fn::Sub"]
    used |= set(re.findall(r'\["Anju", "(\w+)"', body))
    assert used and used <= known, used - known
    code = subprocess.run(
        ["git", "grep", "-hoE", r"count\(Metric::\w+", "--", "functions", "shared"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert {line.removeprefix("count(Metric::") for line in code.stdout.splitlines()} == known
