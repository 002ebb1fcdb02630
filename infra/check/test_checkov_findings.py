"""The list of reviewed findings hides nothing else."""

from pathlib import Path

import yaml

from checkov_findings import judged

REVIEWED = yaml.safe_load(Path(__file__).with_name("checkov-reviewed.yaml").read_text(encoding="utf-8"))


def test_every_review_has_its_reason():
    for check, entry in REVIEWED.items():
        assert len(entry["because"]) > 20, check
        assert entry["of"] == "all" or (entry["of"] and isinstance(entry["of"], list)), check


def test_what_nobody_reviewed_is_told():
    reviewed = {"CKV_1": {"of": ["data.Bucket"], "because": "…"}}
    found = {("CKV_1", "words", "data.Bucket"), ("CKV_1", "words", "data.Other"), ("CKV_2", "more", "data.Bucket")}
    assert list(judged(found, reviewed)) == ["CKV_1 data.Other: words", "CKV_2 data.Bucket: more"]


def test_a_review_of_what_is_mended_is_told():
    reviewed = {"CKV_1": {"of": ["data.Bucket"], "because": "…"}, "CKV_2": {"of": "all", "because": "…"}}
    assert list(judged(set(), reviewed)) == [
        "CKV_1 data.Bucket: reviewed, and not found any more",
        "CKV_2: reviewed, and not found any more",
    ]
