"""Who calls, and what there is: made-up ids alone would only ever be answered with 404."""

import atexit
import itertools
import json
import os
import re
from collections import Counter

import schemathesis
from campaign import Campaign

FACTS = json.loads(open(os.environ["ANJU_FUZZ_FACTS"]).read())
LEVELS = itertools.cycle(["village", "township", "county", "nation"])
# Of so many calls one keeps what was made up.
MADE_UP = 3
COUNTER = itertools.count()
# How many calls of each operation were made up: read by who started the run.
CALLS = Counter()


@schemathesis.auth(refresh_interval=None)
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


@schemathesis.hook
def map_body(context, body):
    """A household's own numbers and a solved captcha, in most well-formed bodies that ask for them."""
    asked = {*FACTS["identity"], "captcha_id", "captcha"}
    if isinstance(body, dict) and asked <= body.keys() and next(COUNTER) % MADE_UP:
        well_formed = {"id_number": r"[1-9][0-9]{14}([0-9]{2}[0-9X]([1-7][1-4])?)?", "phone": r"1[3-9][0-9]{9}"}
        if all(isinstance(body[name], str) for name in asked) and all(
            re.fullmatch(pattern, body[name]) for name, pattern in well_formed.items()
        ):
            captcha = Campaign(FACTS["address"], "", {}, {}).call("GET", "/v1/captcha")["captcha_id"]
            body |= {**FACTS["identity"], "captcha_id": captcha, "captcha": FACTS["captcha_answer"]}
    return body


@schemathesis.hook
def before_call(context, case, kwargs):
    """Counts, and keeps the accounts that the others call with as they are."""
    CALLS[case.operation.definition.raw["operationId"]] += 1
    if case.operation.path.startswith("/v1/accounts/") and case.path_parameters["id"] in FACTS["ids"]["code"]:
        case.path_parameters["id"] = FACTS["ids"]["accounts"][0]


def kind_of(name: str, path: str) -> str:
    return path.split("/")[2] if name == "id" else name


def is_well_formed(operation, name: str, value) -> bool:
    for parameter in operation.path_parameters:
        if parameter.name == name:
            schema = parameter.definition.get("schema", {})
            pattern = schema.get("pattern")
            return isinstance(value, str) and (pattern is None or re.fullmatch(pattern, value) is not None)
    return False


@atexit.register
def write_calls() -> None:
    with open(os.environ["ANJU_FUZZ_CALLS"], "w") as file:
        json.dump(CALLS, file)
