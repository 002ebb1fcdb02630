"""The pages for operators name what there is: commands, parameters, and every alarm."""

import re

import pytest

from system import REPOSITORY

PAGES = sorted((REPOSITORY / "docs" / "operations").glob("*.md"))
DEPLOYING = REPOSITORY / "docs" / "deploying.md"


@pytest.mark.parametrize("page", [*PAGES, DEPLOYING], ids=lambda page: page.stem)
def test_commands_of_a_page_exist(page):
    text = page.read_text(encoding="utf-8")
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^\s*make ([a-z-]+)", text, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"make {target}"
    for crate in re.findall(r"cargo run -p ([a-z-]+)", text):
        assert list(REPOSITORY.glob(f"infra/{crate.removeprefix('anju-')}/Cargo.toml")), crate


@pytest.mark.parametrize("page", [*PAGES, DEPLOYING], ids=lambda page: page.stem)
def test_links_of_a_page_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), target


def test_every_page_is_on_the_list():
    listed = (REPOSITORY / "docs" / "operations" / "README.md").read_text(encoding="utf-8")
    for page in PAGES:
        assert page.name == "README.md" or f"({page.name})" in listed, page.name


def test_every_alarm_has_its_row(sound):
    text = (REPOSITORY / "docs" / "operations" / "alarms.md").read_text(encoding="utf-8")
    rows = [name for line in text.splitlines() if line.startswith("| `") for name in re.findall(r"`([^`]+)`", line.split("|")[1])]
    alarms = {name.removesuffix("Alarm") for _, name, _ in sound.resources("AWS::CloudWatch::Alarm")}
    named = lambda alarm: any(alarm == row or (row[0] == "…" and alarm.endswith(row[1:])) for row in rows)  # noqa: E731
    assert not [alarm for alarm in sorted(alarms) if not named(alarm)]
    for row in rows:
        assert any(alarm == row or (row[0] == "…" and alarm.endswith(row[1:])) for alarm in alarms), row


def test_every_parameter_is_explained(sound):
    text = DEPLOYING.read_text(encoding="utf-8")
    # Another page has these: they belong together and want steps.
    elsewhere = (REPOSITORY / "docs" / "operations" / "cdn.md").read_text(encoding="utf-8")
    for name in sound.stacks["template"].source["Parameters"]:
        assert f"`{name}`" in text or f"`{name}`" in elsewhere, name


def test_parameters_that_pages_set_exist(sound):
    parameters = {*sound.stacks["template"].source["Parameters"], *sound.stacks["global"].source["Parameters"]}
    for page in PAGES:
        for name in re.findall(r"(?:--parameter |`)([A-Z][A-Za-z]+)=(?!false)", page.read_text(encoding="utf-8")):
            assert name in parameters, f"{page.name}: {name}"
