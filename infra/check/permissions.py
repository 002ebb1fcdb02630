"""Who may do what, read from roles and policies of the translated templates."""

import re

from system import as_list


def statements_of(system):
    """(stack, logical id, statement) of every policy a role or a key carries."""
    for stack, name, resource in system.resources("AWS::IAM::Role", "AWS::IAM::ManagedPolicy", "AWS::KMS::Key"):
        for statement in inline_statements(resource):
            yield stack, name, statement


def inline_statements(resource):
    """The statements that stand in a role, managed policy or key itself."""
    properties = resource["Properties"]
    documents = [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
    documents += [properties[key] for key in ("PolicyDocument", "KeyPolicy") if key in properties]
    for document in documents:
        yield from document["Statement"]


def function_statements(system, stack, function):
    """All statements that a function's role amounts to, AWS's own policies aside."""
    role = system.resource(system.target(stack, function["Properties"]["Role"]))
    yield from inline_statements(role)
    for policy in role["Properties"].get("ManagedPolicyArns", []):
        target = system.target(stack, policy)
        if target is not None:
            yield from inline_statements(system.resource(target))


def uses(system, stack, function, keys=False):
    """(target, statement) for each resource that a function may use, its log and keys left out."""
    for statement in function_statements(system, stack, function):
        for resource in as_list(statement["Resource"]):
            target = system.target(stack, without_folder(resource))
            if target is None:
                continue
            kind = system.resource(target)["Type"]
            if kind != "AWS::Logs::LogGroup" and (keys or kind != "AWS::KMS::Key"):
                yield target, statement


def without_folder(resource):
    """The bucket of `${BucketArn}/folder/*`; anything else as it is."""
    if isinstance(resource, dict) and isinstance(resource.get("Fn::Sub"), str):
        found = re.match(r"^\$\{(\w+)\}/", resource["Fn::Sub"])
        if found:
            return {"Ref": found.group(1)}
    return resource
