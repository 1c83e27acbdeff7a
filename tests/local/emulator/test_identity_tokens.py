"""Tokens of the emulator's STS, verified as a target verifies them: with the keys that the issuer publishes."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any
from urllib.request import ProxyHandler, build_opener

import jwt
import pytest

from local.clients import ACCOUNT
from local.emulator.identity_tokens import CLAIMS, Issuer
from tests.proxy.emulated import emulated_aws

if TYPE_CHECKING:
    from local.emulator.emulator import Emulator

ASKED = {
    "Audience": ["https://billing.example.com"],
    "DurationSeconds": 300,
    "SigningAlgorithm": "RS256",
    "Tags": [{"Key": "origin", "Value": "catalog"}, {"Key": "stack", "Value": "dev"}],
}


def token(emulator: Emulator, **asked: Any) -> str:
    return emulated_aws(emulator)("sts", "GetWebIdentityToken", {**ASKED, **asked})["WebIdentityToken"]


def published(url: str) -> Any:
    with build_opener(ProxyHandler({})).open(url) as answer:
        return json.load(answer)


def verified(emulator: Emulator, text: str, audience: str = "https://billing.example.com") -> dict[str, Any]:
    configuration = published(f"{emulator.endpoint}/.well-known/openid-configuration")
    keys = jwt.PyJWKSet.from_dict(published(configuration["jwks_uri"]))
    key = keys[jwt.get_unverified_header(text)["kid"]]
    return jwt.decode(text, key, ["RS256"], audience=audience, issuer=configuration["issuer"])


def test_a_token_is_verified_by_the_keys_that_the_issuer_publishes(emulator: Emulator) -> None:
    claims = verified(emulator, token(emulator))

    assert claims["iss"] == emulator.endpoint
    assert claims["sub"] == f"arn:aws:iam::{ACCOUNT}:root"
    assert claims["exp"] - claims["iat"] == 300
    assert abs(claims["iat"] - time.time()) < 60
    assert claims[CLAIMS] == {
        "aws_account": ACCOUNT,
        "source_region": emulator.region,
        "request_tags": {"origin": "catalog", "stack": "dev"},
    }


def test_a_token_for_another_audience_or_of_another_issuer_is_not_accepted(emulator: Emulator) -> None:
    with pytest.raises(jwt.InvalidAudienceError):
        verified(emulator, token(emulator, Audience=["https://other.example.com"]))
    forged = Issuer(emulator.endpoint, ACCOUNT, emulator.region).token(
        {"Audience.member.1": ["https://billing.example.com"]}, int(time.time())
    )
    with pytest.raises(jwt.InvalidSignatureError):
        verified(emulator, forged)


def test_a_token_may_have_several_audiences_and_no_tags(emulator: Emulator) -> None:
    claims = verified(emulator, token(emulator, Audience=["https://billing.example.com", "b"], Tags=[]))

    assert claims["aud"] == ["https://billing.example.com", "b"]
    assert "request_tags" not in claims[CLAIMS]
