"""docs/calling.md: each sample is delivered by the real proxy to a real server on loopback, which verifies the call."""

from __future__ import annotations

import json
import re
import socket
import ssl
import time
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import jwt
import pytest

from local.emulator.identity_tokens import CLAIMS, KEY_ID, Issuer
from proxy.guard import Guard, connect_socket
from proxy.tls import tls_context
from schedule_catalog.calendars import UNREAD
from schedule_catalog.checking.pipeline import check
from schedule_catalog.settings import proxy_settings, read_settings
from schedule_client.contract.event import input_text
from schedule_client.contract.placeholders import SCHEDULE_ARN, SCHEDULED_TIME
from tests.docs.page import ROOT, blocks
from tests.proxy.private_api import PRIVATE, asking, pem, trusted_by_all
from tests.proxy.role_signature import is_signed
from tests.proxy.stage import ARN, TIME, FakeSts, stage
from tests.proxy.target import Received, Script, Target, answers, running

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
PAGE = (ROOT / "docs" / "calling.md").read_text()
TOKEN = "a-token-of-the-server"
ISSUER = Issuer("https://a1b2c3d4.tokens.sts.global.api.aws", "123456789012", "eu-west-1")
HOOK = "/services/T024/B0871/s3cr3t-of-the-hook"
Verify = Callable[[Received, Any], bool]


@dataclass(frozen=True)
class Api:
    """What a section's API asks of the call of each entry, its TLS, and the secrets that the section stores.

    sts: what issues its tokens and keys, if AWS does; token: of a token server, whose verification of a request it is.
    """

    calls: dict[str, Verify]
    tls: Callable[[], ssl.SSLContext] = trusted_by_all
    secrets: dict[str, str | bytes] = field(default_factory=dict[str, "str | bytes"])
    sts: FakeSts = field(default_factory=FakeSts)
    token: Verify = lambda call, connection: False

    def answer(self, call: Received, connection: Any) -> Script:
        """What the server answers; a call has the name of its schedule, and a request for a token has none."""
        if (name := call.headers.get("x-schedule-name")) is not None:
            return answers(200 if self.calls[name](call, connection) else 400)
        granted = json.dumps({"access_token": TOKEN, "token_type": "Bearer", "expires_in": 3600}).encode()
        return answers(200, granted) if self.token(call, connection) else answers(400)


def posted(call: Received, _: Any) -> bool:
    return (call.path, json.loads(call.body)) == (HOOK, {"text": "The rota changes today"})


def filled(call: Received, _: Any) -> bool:
    fields = [("kind", "daily sales"), ("day", TIME), ("table", "orders"), ("table", "refunds")]
    kind = call.headers["content-type"]
    return kind == "application/x-www-form-urlencoded" and parse_qsl(call.body.decode()) == fields


def lined(call: Received, _: Any) -> bool:
    lines = [json.loads(line) for line in call.body.decode().splitlines()]
    return (call.headers["content-type"], lines) == (
        "application/x-ndjson",
        [{"refresh": "orders"}, {"refresh": "refunds"}],
    )


def shown(call: Received, connection: ssl.SSLSocket) -> bool:
    certificate: Any = connection.getpeercert()
    names = dict(pair for part in certificate["subject"] for pair in part)
    return (call.headers["host"], names["commonName"]) == ("ledger.internal.example.com", "schedules")


def logged_in(call: Received, _: Any) -> bool:
    login = f"Basic {b64encode(b'schedules:s3cr3t').decode()}"
    asked = dict(parse_qsl(call.body.decode()))
    return (call.headers["host"], call.path, call.headers["authorization"], asked) == (
        "login.example.com",
        "/oauth/token",
        login,
        {"grant_type": "client_credentials", "scope": "orders.read orders.export"},
    )


def brought(call: Received, _: Any) -> bool:
    return (call.headers["host"], call.headers["authorization"]) == ("orders.example.com", f"Bearer {TOKEN}")


def signed(call: Received, _: Any) -> bool:
    asked = {"mode": "nightly"}
    return is_signed(call) and json.loads(call.body) == asked and call.path.startswith("/invoices/close?day=")


class SigningSts(FakeSts):
    """STS whose tokens verify."""

    def get_web_identity_token(self, **asked: Any) -> dict[str, Any]:
        form = {f"Audience.member.{number}": [each] for number, each in enumerate(asked["Audience"], 1)}
        for number, tag in enumerate(asked["Tags"], 1):
            form |= {f"Tags.member.{number}.{key}": [text] for key, text in tag.items()}
        return {"WebIdentityToken": ISSUER.token(form, int(time.time()))}


def proved(call: Received, _: Any) -> bool:
    keys = jwt.PyJWKSet.from_dict(ISSUER.documents()["/.well-known/jwks.json"])
    token = call.headers["authorization"].removeprefix("Bearer ")
    audience = "https://reports.example.com"
    claims = jwt.decode(token, keys[KEY_ID], ["RS256"], audience=audience, issuer=ISSUER.url)
    return claims[CLAIMS]["request_tags"]["origin"] == "catalog"


APIS = {
    "A webhook whose URL is the secret": Api(
        {"remind-on-call": posted}, secrets={"alerts-url": f"https://hooks.example.com{HOOK}\n"}
    ),
    "A form": Api({"request-export": filled, "send-lines": lined}),
    "An API with OAuth 2.0": Api(
        {"export-orders": brought}, secrets={"partner-login": "schedules:s3cr3t\n"}, token=logged_in
    ),
    "API Gateway with IAM": Api({"close-invoices": signed}),
    "An API that trusts the account's issuer": Api({"weekly-report": proved}, sts=SigningSts()),
    "An internal API": Api({"close-day": shown}, asking, {"ledger-ca": pem("ca"), "ledger-certificate": pem("client")}),
}


def sections() -> dict[str, str]:
    """The sections of the page that have settings and a catalog file."""
    found = re.findall(r"^## (.+)\n((?:(?!^## ).*\n?)*)", PAGE, re.MULTILINE)
    return {title: text for title, text in found if "Pulumi.prod.yaml" in text}


@pytest.mark.parametrize("title", APIS)
def test_each_call_is_delivered_to_an_api_that_verifies_it(title: str, tmp_path: Path) -> None:
    api = APIS[title]
    for block in blocks(sections()[title]):
        if block.language == "yaml":
            (tmp_path / Path(block.title).name).write_text(block.text)
    settings = read_settings(tmp_path / "Pulumi.prod.yaml")
    catalog = check(
        [file for file in tmp_path.iterdir() if not file.name.startswith("Pulumi.")],
        settings={"prod": settings},
        calendars=UNREAD,
        stack="prod",
        now=NOW,
    )
    entries = {entry.name: entry for entry in catalog.for_stack("prod")}
    outcomes: dict[str, Any] = {}

    def script(connection: socket.socket) -> None:
        api.answer(target.last, connection)(connection)

    with running(script, api.tls()) as target:
        shop = stage(
            proxy_settings(settings, "", ()),
            secrets={settings.secret_prefix + name: text for name, text in api.secrets.items()},
            ssl_context=lambda: tls_context(PRIVATE / "ca.pem"),
            guard=Guard(lambda host, seconds: ("127.0.0.1",), at_port(target)),
        )
        shop.aws.sts = api.sts
        for name, entry in entries.items():
            event = input_text(entry.event).replace(SCHEDULE_ARN, ARN).replace(SCHEDULED_TIME, TIME)
            outcomes[name] = shop.handle(json.loads(event), "catalog")["outcome"]
        shop.close()

    assert catalog.errors == ()
    assert outcomes == dict.fromkeys(api.calls, "delivered")


def at_port(target: Target) -> Callable[[str, int, float], socket.socket]:
    """A connector that reaches the one server for port 443."""
    return lambda address, port, seconds: connect_socket(address, target.port if port == 443 else port, seconds)


def test_every_section_with_settings_is_delivered() -> None:
    assert set(sections()) == set(APIS)
