"""The endpoint of docs/applications.md that verifies identity tokens, with the tokens of the laptop's issuer."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

import httpx

from local.emulator.identity_tokens import Issuer
from tests.docs.page import ROOT, blocks
from tests.proxy.target import answers, running

if TYPE_CHECKING:
    import pytest

PAGE = (ROOT / "docs" / "applications.md").read_text()
SAMPLE = next(each.text for each in blocks(PAGE) if each.title == "verify_token.py")
ACCOUNT, PROXY = "123456789012", "arn:aws:iam::123456789012:role/prod-proxy-role"
FORM = {
    "Audience.member.1": ["https://billing.example.com"],
    "Tags.member.1.Key": ["origin"],
    "Tags.member.1.Value": ["catalog"],
    "Tags.member.2.Key": ["stack"],
    "Tags.member.2.Value": ["prod"],
}


def tokens(issuer: Issuer, now: int) -> list[tuple[str, int]]:
    """Tokens, and the statuses that they get."""
    stranger = Issuer(issuer.url, ACCOUNT, "eu-west-1", PROXY)
    elsewhere = Issuer("https://a.tokens.sts.global.api.aws", ACCOUNT, "eu-west-1", PROXY)
    another = Issuer(issuer.url, ACCOUNT, "eu-west-1", f"arn:aws:iam::{ACCOUNT}:role/other")
    elsewhere.key = another.key = issuer.key
    return [
        (issuer.token(FORM, now), 200),
        (issuer.token({**FORM, "Audience.member.1": ["https://crm.example.com"]}, now), 401),
        (issuer.token(FORM, now - 301), 401),
        (stranger.token(FORM, now), 401),
        (elsewhere.token(FORM, now), 401),
        ("no-token", 401),
        (another.token(FORM, now), 403),
        (issuer.token({**FORM, "Tags.member.2.Value": ["dev"]}, now), 403),
        (issuer.token({"Audience.member.1": FORM["Audience.member.1"]}, now), 403),
    ]


async def replies(app: Any, sent: list[str]) -> list[httpx.Response]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
        path = "/api/v1/invoices/close"
        return [await client.post(path, headers={"Authorization": f"Bearer {each}"}) for each in sent]


def test_the_pages_endpoint_answers_tokens_of_the_proxy_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    with running(answers(404)) as published:
        issuer = Issuer(f"http://{published.netloc}", ACCOUNT, "eu-west-1", PROXY)
        published.script = answers(200, json.dumps(issuer.documents()["/.well-known/jwks.json"]).encode())
        monkeypatch.setenv("TOKEN_ISSUER", issuer.url)
        monkeypatch.setenv("TOKEN_SUBJECT", PROXY)
        names: dict[str, Any] = {"__name__": "verify_token"}
        # As a module, so that FastAPI can resolve the annotations.
        exec(compile(SAMPLE, "verify_token.py", "exec", dont_inherit=True), names)
        expected = tokens(issuer, int(time.time()))

        answered = asyncio.run(replies(names["app"], [token for token, _ in expected]))

    assert [each.status_code for each in answered] == [status for _, status in expected]
    assert answered[0].json() == {"state": "done", "for": "catalog"}
