from __future__ import annotations

import pytest

from infra.provenance import Provenance

KEYS = {"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE"}
WEB = {"AWS_WEB_IDENTITY_TOKEN_FILE": "/token", "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/ci"}


@pytest.mark.parametrize(
    ("config", "environment", "source"),
    [
        ({"accessKey": "AKIA", "profile": "prod"}, KEYS, "aws:accessKey of the stack's settings"),
        ({"profile": "prod"}, KEYS, 'the profile "prod", aws:profile of the stack\'s settings'),
        ({}, {**KEYS, **WEB, "AWS_PROFILE": "dev"}, "AWS_ACCESS_KEY_ID of the environment"),
        ({}, {**WEB, "AWS_PROFILE": "dev"}, f"AWS_ROLE_ARN of the environment, {WEB['AWS_ROLE_ARN']}"),
        ({}, {"AWS_PROFILE": "dev", "AWS_ACCESS_KEY_ID": ""}, 'the profile "dev", AWS_PROFILE of the environment'),
        ({}, {}, "the default profile or this machine's role: AWS_PROFILE is not set"),
    ],
)
def test_credentials_are_named_by_what_the_provider_takes_first(
    config: dict[str, str], environment: dict[str, str], source: str
):
    assert Provenance(config, environment).credentials() == source


@pytest.mark.parametrize(
    ("config", "environment", "source"),
    [
        ({"region": "eu-west-1"}, {"AWS_REGION": "us-east-1"}, "aws:region of the stack's settings"),
        ({}, {"AWS_REGION": "a", "AWS_DEFAULT_REGION": "b"}, "AWS_REGION of the environment"),
        ({}, {"AWS_REGION": "", "AWS_DEFAULT_REGION": "b"}, "AWS_DEFAULT_REGION of the environment"),
        ({}, {"AWS_PROFILE": "dev"}, None),
    ],
)
def test_a_region_is_named_by_what_the_provider_takes_first(
    config: dict[str, str], environment: dict[str, str], source: str | None
):
    assert Provenance(config, environment).region() == source
