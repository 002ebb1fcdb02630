"""The templates as a whole: read, translated as CloudFormation will see them, and linked together."""

import copy
import json
import re
from dataclasses import dataclass
from pathlib import Path

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

REPOSITORY = Path(__file__).resolve().parents[2]
INFRA = REPOSITORY / "infra"
FUNCTIONS = REPOSITORY / "functions"
TRANSLATED = REPOSITORY / "target" / "template"

ROOT = "template"
EVERYWHERE = (ROOT, "data", "api", "pipeline", "operations")
# What there is of the system in each partition. `global` is a stack of its own.
STACKS = {"aws": (*EVERYWHERE, "cdn", "global"), "aws-cn": EVERYWHERE}
# One region of each partition: the translator writes some ARNs by the region it believes to be in.
REGIONS = {"aws": "eu-central-1", "aws-cn": "cn-northwest-1"}
# Where cfn-lint looks up what there is. `global` goes where the CDN's certificates and firewalls live.
LINTED_REGIONS = {"aws": ["eu-central-1", "us-east-1"], "aws-cn": ["cn-north-1", "cn-northwest-1"]}


@dataclass
class Stack:
    """One template: its text, as we wrote it, and as CloudFormation will run it."""

    name: str
    text: str
    source: dict
    translated: dict

    def resources(self, *types):
        """Logical ids and resources of the translated template, of the given types."""
        for logical_id, resource in self.translated["Resources"].items():
            if not types or resource["Type"] in types:
                yield logical_id, resource


@dataclass
class System:
    """All stacks of one partition."""

    partition: str
    stacks: dict

    def resources(self, *types):
        """(stack, logical id, resource) of every stack, of the given types."""
        for stack in self.stacks.values():
            for logical_id, resource in stack.resources(*types):
                yield stack, logical_id, resource

    def target(self, stack, value):
        """(stack name, logical id) of the resource that a Ref or GetAtt ends at, or None.

        Follows a nested stack's parameter through the root into the outputs of its sibling.
        """
        if not isinstance(value, dict):
            return None
        if "Ref" in value:
            name = value["Ref"]
            resource = stack.translated["Resources"].get(name)
            if resource is not None and resource["Type"] == "AWS::Lambda::Alias":
                return self.target(stack, resource["Properties"]["FunctionName"])
            if resource is not None:
                return stack.name, name
            root = self.stacks[ROOT]
            for resource in root.source["Resources"].values():
                if resource["Properties"].get("Location") == f"./{stack.name}.yaml":
                    return self.target(root, resource["Properties"]["Parameters"].get(name))
            return None
        if "Fn::GetAtt" in value:
            attribute = value["Fn::GetAtt"]
            path = attribute.split(".") if isinstance(attribute, str) else ".".join(attribute).split(".")
            if stack.name == ROOT and path[1] == "Outputs":
                location = stack.source["Resources"][path[0]]["Properties"]["Location"]
                sibling = self.stacks[Path(location).stem]
                return self.target(sibling, sibling.source["Outputs"][path[2]]["Value"])
            return stack.name, path[0]
        return None

    def resource(self, target):
        """The translated resource at a target."""
        stack, logical_id = target
        return self.stacks[stack].translated["Resources"][logical_id]

    def write(self, folder=None):
        """Leaves the translated templates where cfn-lint and people can read them."""
        folder = folder or TRANSLATED / self.partition
        folder.mkdir(parents=True, exist_ok=True)
        for stack in self.stacks.values():
            # JSON is YAML too, and the name is the one by which the root refers to its nested stacks.
            (folder / f"{stack.name}.yaml").write_text(json.dumps(stack.translated, indent=2, ensure_ascii=False))
        return folder


def load(partition, texts=None):
    """Reads and translates all templates for a partition; `texts` stand in for files."""
    stacks = {}
    for name in STACKS[partition]:
        text = (texts or {}).get(name) or (INFRA / f"{name}.yaml").read_text(encoding="utf-8")
        source = yaml_parse(text)
        stacks[name] = Stack(name, text, source, translate(source, partition))
    return System(partition, stacks)


def translate(source, partition):
    """The SAM translator's output, for a template whose code is packaged."""
    packaged = copy.deepcopy(source)
    for resource in packaged["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            # The translator takes only code that was uploaded already.
            resource["Properties"]["CodeUri"] = "s3://packages/function.zip"
    session = boto3.session.Session(region_name=REGIONS[partition])
    # No managed policies by name: the map from names to ARNs would have to be fetched.
    return Translator({}, Parser(), boto_session=session).translate(packaged, {})


def logical_id(folder):
    """get-household-qr > GetHouseholdQr"""
    return "".join(part.capitalize() for part in folder.split("-"))


def function_folders():
    """The crates under functions/."""
    return sorted(path.parent.name for path in FUNCTIONS.glob("*/Cargo.toml"))


def statements(policy):
    """The statements of a policy document, those under a condition too."""
    for statement in policy["PolicyDocument"]["Statement"]:
        if "Fn::If" in statement:
            yield from (branch for branch in statement["Fn::If"][1:] if "Effect" in branch)
        else:
            yield statement


def event_timeout(function):
    """A function's timeout in seconds; 3 is Lambda's default."""
    return function["Properties"].get("Timeout", 3)


def as_list(value):
    """IAM and CloudFormation let a list of one be written without its list."""
    return value if isinstance(value, list) else [value]


def literal(value):
    """The text of a string or of a Sub's template; references as they stand."""
    if isinstance(value, dict):
        (kind, inner), *_ = value.items()
        if kind == "Fn::Sub":
            return inner if isinstance(inner, str) else inner[0]
        if kind == "Fn::GetAtt":
            return "${" + (inner if isinstance(inner, str) else ".".join(inner)) + "}"
        if kind == "Ref":
            return "${" + inner + "}"
    return re.sub(r"\s+", " ", str(value))
