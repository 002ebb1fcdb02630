"""One of everything there is to ask for, in a stack with the demonstration."""

import hashlib
import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

PASSWORD = "Fuzz-2020-api"
WAIT_SECONDS = 60
# What the household of the public page is known by: the standard's sample, and a phone of a range that nobody has.
IDENTITY = {"id_number": "11010519491231002X", "phone": "16000000002"}


@dataclass
class Campaign:
    address: str
    captcha_answer: str
    tokens: dict[str, str]
    ids: dict[str, list[str]]

    @staticmethod
    def set_up(data: Path) -> "Campaign":
        demo = json.loads((data / "demo.json").read_text())
        self = Campaign(demo["address"], demo["captcha_answer"], {}, {})
        by_level = {}
        for account in demo["accounts"]:
            by_level.setdefault(account["level"], []).append(account)
        # The first of each level; what is reset and disabled are others.
        for level, accounts in by_level.items():
            self.tokens[level] = self.first_sign_in(accounts[0])
        village = by_level["village"][0]["account"]
        pending, unsecured, secured = (f"{village}-{number}" for number in (1, 2, 3))
        officer, township = self.tokens["village"], self.tokens["township"]
        photo = self.uploaded(officer, secured, data / "demo-photos/portrait.jpg")
        visit = {
            "verifier": {"name": "王小明", "position": "村支书", "phone": "16000000001"},
            "verified_at": "2020-06-03",
            "correction": IDENTITY,
        }
        self.complete(officer, unsecured, {**visit, "result": "unsecured", "explanation": "屋顶漏水"})
        self.complete(
            officer, secured,
            {**visit, "result": "secured", "guarantee": "appraised", "grade": "a", "photo_ids": [photo]},
        )
        report = {"type": "house_quality", "content": "屋顶漏水"}
        feedback = self.call("POST", f"/v1/households/{secured}/feedback", report, officer)["feedback_id"]
        token = self.call("GET", f"/v1/households/{secured}", None, officer)["lookup"]["token"]
        self.until(lambda: self.call("GET", f"/v1/photos/{photo}", None, officer)["state"] == "ready")
        alerts = self.until(lambda: self.call("GET", "/v1/alerts?kind=unsecured", None, township)["items"])
        survey = {
            "surveyor": "调研员", "surveyed_at": "2020-06-10", "public": True, "opinion": "同意", "finding": "安全",
        }
        survey = self.call("POST", f"/v1/households/{secured}/surveys", survey, township)["id"]
        export = self.call("POST", "/v1/exports", {"kind": "statistics", "format": "csv"}, officer)["id"]
        imported = {"kind": "regions", "format": "csv", "size": 7, "sha256": "0" * 64}
        imported = self.call("POST", "/v1/imports", imported, self.tokens["nation"])["import_id"]
        others = self.call("GET", "/v1/households?limit=100", None, self.tokens["county"])["items"]
        self.ids = {
            "households": [pending, unsecured, secured, *(item["id"] for item in others)],
            "photos": [photo],
            "feedback": [feedback],
            "surveys": [survey],
            "alerts": [alerts[0]["id"]],
            "exports": [export],
            "imports": [imported],
            "accounts": [by_level["township"][-1]["account"], by_level["village"][-1]["account"]],
            "code": [village, by_level["township"][0]["account"], by_level["county"][0]["account"]],
            "token": [token],
        }
        return self

    def facts(self) -> dict:
        return {
            "address": self.address, "captcha_answer": self.captcha_answer, "tokens": self.tokens, "ids": self.ids,
            "password": PASSWORD, "identity": IDENTITY,
        }

    def call(self, method: str, path: str, body=None, token: str = "", headers: dict | None = None):
        headers = {**(headers or {}), "content-type": "application/json"}
        if token:
            headers["authorization"] = f"Bearer {token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, data=data, method=method, headers=headers)
        try:
            with urllib.request.urlopen(request) as answer:
                return json.loads(answer.read() or "null")
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{method} {path}: {error.code} {error.read().decode()}") from error

    def first_sign_in(self, account: dict) -> str:
        session = {"account": account["account"], "password": account["password"]}
        token = self.call("POST", "/v1/sessions", session)["access_token"]
        self.call("PUT", "/v1/me", {"name": "王小明", "position": "干部", "phone": "16000000001"}, token)
        self.call("PUT", "/v1/me/password", {"old_password": account["password"], "new_password": PASSWORD}, token)
        return token

    def uploaded(self, token: str, household: str, file: Path) -> str:
        content = file.read_bytes()
        announced = self.call(
            "POST", f"/v1/households/{household}/photos",
            {"purpose": "verification", "source": "camera", "content_type": "image/jpeg", "size": len(content),
             "sha256": hashlib.sha256(content).hexdigest()},
            token,
        )
        upload = announced["upload"]
        request = urllib.request.Request(
            upload["url"], data=content, method=upload["method"], headers=upload["headers"]
        )
        urllib.request.urlopen(request).close()
        return announced["photo_id"]

    def complete(self, token: str, household: str, form: dict) -> None:
        path = f"/v1/households/{household}/verification/complete"
        self.call("POST", path, form, token, {"if-match": "*"})

    @staticmethod
    def until(ask):
        """What `ask` gives as soon as it gives something."""
        deadline = time.monotonic() + WAIT_SECONDS
        while not (found := ask()):
            if time.monotonic() > deadline:
                raise RuntimeError("nothing came within a minute")
            time.sleep(0.2)
        return found
