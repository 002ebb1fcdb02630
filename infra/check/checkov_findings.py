"""checkov on the translated templates of both partitions, held against the list of findings that were reviewed.

A finding that isn't on the list fails, and so does an entry of the list that finds nothing any more.
`make check-template` must have run before: it leaves the translated templates.
"""

import json
import subprocess
import sys
from pathlib import Path

import yaml

from system import REGIONS, REPOSITORY, TRANSLATED

CHECKOV = REPOSITORY / ".venv" / "checkov" / "bin" / "checkov"
REVIEWED = Path(__file__).with_name("checkov-reviewed.yaml")


def findings(folder):
    """(check, its words, stack and resource) of each failed check."""
    command = [CHECKOV, "--directory", folder, "--framework", "cloudformation", "--output", "json", "--compact", "--quiet"]
    # It would fetch its policies' guidelines.
    command += ["--skip-download"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    report = json.loads(run.stdout)
    for part in report if isinstance(report, list) else [report]:
        if part.get("summary", part).get("parsing_errors", 0):
            raise SystemExit(f"checkov can't read {part['summary']['parsing_errors']} templates")
        for failed in part.get("results", {}).get("failed_checks", []):
            stack = Path(failed["file_path"]).stem
            yield failed["check_id"], failed["check_name"], f"{stack}.{failed['resource'].rsplit('.', 1)[-1]}"


def judged(found, reviewed):
    """What is wrong, as sentences: findings that nobody reviewed, and reviews of what isn't found."""
    used = set()
    for check, words, resource in sorted(found):
        entry = reviewed.get(check)
        if entry is not None and (entry["of"] == "all" or resource in entry["of"]):
            used.add((check, resource))
            continue
        yield f"{check} {resource}: {words}"
    for check, entry in reviewed.items():
        if entry["of"] == "all" and not any(check == of for of, _ in used):
            yield f"{check}: reviewed, and not found any more"
        if entry["of"] != "all":
            for resource in entry["of"]:
                if (check, resource) not in used:
                    yield f"{check} {resource}: reviewed, and not found any more"


def main():
    found = set().union(*(findings(TRANSLATED / partition) for partition in REGIONS))
    wrong = list(judged(found, yaml.safe_load(REVIEWED.read_text(encoding="utf-8"))))
    for sentence in wrong:
        print(sentence)
    print(f"checkov: {len(found)} findings reviewed" if not wrong else f"checkov: {len(wrong)} to look at")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
