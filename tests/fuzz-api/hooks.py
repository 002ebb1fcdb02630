"""Who calls, and what there is: made-up ids alone would only ever be answered with 404."""

import itertools
import json
import os
import re

import schemathesis
from campaign import Campaign

FACTS = json.loads(open(os.environ["ANJU_FUZZ_FACTS"]).read())
LEVELS = itertools.cycle(["village", "township", "county", "nation"])
# Of so many calls one keeps its made-up id.
MADE_UP = 4
COUNTER = itertools.count()


@schemathesis.auth()
class Account:
    """Somebody of each level in turn. Whoever signs out has a session for that alone."""

    def get(self, case, context):
        if case.operation.label == "DELETE /v1/sessions":
            return fresh_session()
        return FACTS["tokens"][next(LEVELS)]

    def set(self, case, data, context):
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}


def fresh_session() -> str:
    campaign = Campaign(FACTS["address"], FACTS["captcha_answer"], {}, {})
    captcha = campaign.call("GET", "/v1/captcha")["captcha_id"]
    village = FACTS["ids"]["code"][0]
    session = {"account": village, "password": FACTS["password"], "captcha_id": captcha,
               "captcha": FACTS["captcha_answer"]}
    return campaign.call("POST", "/v1/sessions", session)["access_token"]


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """Things that exist, in most calls whose ids are well-formed."""
    for name, value in (path_parameters or {}).items():
        existing = FACTS["ids"].get(kind_of(name, context.operation.path), [])
        if existing and is_well_formed(context.operation, name, value) and next(COUNTER) % MADE_UP:
            path_parameters[name] = existing[next(COUNTER) % len(existing)]
    return path_parameters


@schemathesis.hook
def map_headers(context, headers):
    """A version that is there, in most calls that name one at all."""
    if headers and isinstance(headers.get("If-Match"), str) and next(COUNTER) % MADE_UP:
        headers["If-Match"] = "*"
    return headers


def kind_of(name: str, path: str) -> str:
    return path.split("/")[2] if name == "id" else name


def is_well_formed(operation, name: str, value) -> bool:
    for parameter in operation.path_parameters:
        if parameter.name == name:
            schema = parameter.definition.get("schema", {})
            pattern = schema.get("pattern")
            return isinstance(value, str) and (pattern is None or re.fullmatch(pattern, value) is not None)
    return False
