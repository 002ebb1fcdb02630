"""Writes what the functions are made of, as CycloneDX: every crate of Cargo.lock, and whether it ships.

Usage: sbom.py FILE
"""

import json
import subprocess
import sys
import tomllib
import uuid
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


# Where functions run. Crates for other systems stand in the lock file, too.
SHIPPED_FOR = ("x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu")


def metadata(platform=None):
    """What cargo knows of all crates, or of those that a platform needs."""
    command = ["cargo", "metadata", "--locked", "--format-version", "1"]
    command += ["--filter-platform", platform] if platform else []
    return json.loads(subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout)


def shipped(graph):
    """Ids of the packages that are linked into a function."""
    nodes = {node["id"]: node for node in graph["resolve"]["nodes"]}
    macros = {p["id"] for p in graph["packages"] if any("proc-macro" in target["kind"] for target in p["targets"])}
    functions = str(REPOSITORY / "functions")
    waiting = [p["id"] for p in graph["packages"] if p["manifest_path"].startswith(functions)]
    found = set()
    while waiting:
        package = waiting.pop()
        if package in found or package in macros:
            continue
        found.add(package)
        for dependency in nodes[package]["deps"]:
            # Neither tests' nor build scripts' dependencies end in a binary, and macros neither.
            if any(kind["kind"] is None for kind in dependency["dep_kinds"]):
                waiting.append(dependency["pkg"])
    return found


def component(package, checksum, ships):
    described = {
        "type": "library",
        "bom-ref": package["id"],
        "name": package["name"],
        "version": package["version"],
        "scope": "required" if ships else "excluded",
        "purl": f"pkg:cargo/{package['name']}@{package['version']}",
    }
    if package.get("license"):
        described["licenses"] = [{"expression": package["license"].replace("/", " OR ")}]
    if checksum:
        described["hashes"] = [{"alg": "SHA-256", "content": checksum}]
    return described


def bill(lock):
    """The document. The same code gives the same one."""
    graph = metadata()
    ships = set().union(*(shipped(metadata(platform)) for platform in SHIPPED_FOR))
    checksums = {(p["name"], p["version"]): p.get("checksum") for p in lock["package"]}
    components = [
        component(package, checksums.get((package["name"], package["version"])), package["id"] in ships)
        for package in sorted(graph["packages"], key=lambda package: (package["name"], package["version"]))
    ]
    # Paths of the machine that wrote it are nobody's business.
    for entry in components:
        entry["bom-ref"] = entry["purl"]
    text = json.dumps(components, sort_keys=True)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, text)}",
        "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": "anju", "name": "anju"}},
        "components": components,
    }


def main(path):
    lock = tomllib.loads((REPOSITORY / "Cargo.lock").read_text(encoding="utf-8"))
    Path(path).write_text(json.dumps(bill(lock), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(sys.argv[1])
