from __future__ import annotations

import json
from typing import Any

import pytest

from schedule_client.contract.bindings import SecretBinding
from schedule_client.contract.errors import ProxySettingsError
from schedule_client.contract.proxy_settings import ProxySettings
from schedule_client.contract.request import Retry

FULL = ProxySettings(
    services={"billing": "https://billing.example.com"},
    hosts=("api.example.com",),
    http_hosts=("127.0.0.1:8099",),
    cidrs=("10.20.0.0/16",),
    secret_prefix="/shop/",
    secrets={"token": SecretBinding(("billing",), ("api.example.com",), ("catalog", "adhoc"))},
    signing={"billing": SecretBinding(("billing",), (), ("catalog",))},
    retry=Retry(2, 10),
    retry_ceiling=Retry(9, None),
)


def test_settings_come_back_as_they_were() -> None:
    assert ProxySettings.from_json(FULL.to_json()) == FULL
    assert ProxySettings.from_json("{}") == ProxySettings()


def test_equal_settings_have_equal_texts() -> None:
    reordered = json.dumps(dict(reversed(json.loads(FULL.to_json()).items())))

    assert ProxySettings.from_json(reordered).to_json() == FULL.to_json()


def test_the_keys_of_a_newer_program_are_passed_over() -> None:
    newer = {**json.loads(FULL.to_json()), "quotas": ["10 a minute"]}

    assert ProxySettings.from_json(json.dumps(newer)) == FULL


def test_the_text_of_an_older_program_is_read_without_what_it_could_not_say() -> None:
    older = {key: value for key, value in json.loads(FULL.to_json()).items() if key not in {"cidrs", "signing"}}

    settings = ProxySettings.from_json(json.dumps(older))

    assert (settings.cidrs, settings.signing, settings.secrets) == ((), {}, FULL.secrets)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"hosts": "a"}, "hosts"),
        ({"hosts": [1]}, "hosts"),
        ({"services": []}, "services"),
        ({"services": {"a": None}}, "services.a"),
        ({"secrets": {"a": {"hosts": "b"}}}, "secrets.a.hosts"),
        ({"secret_prefix": None}, "secret_prefix"),
        ({"retry": {"max_attempts": 0}}, "retry.max_attempts"),
        ({"retry": {"max_attempts": True}}, "retry.max_attempts"),
    ],
)
def test_a_text_that_is_not_settings_says_where(change: dict[str, Any], where: str) -> None:
    with pytest.raises(ProxySettingsError, match=where):
        ProxySettings.from_json(json.dumps({**json.loads(FULL.to_json()), **change}))


@pytest.mark.parametrize("text", ["", "[]", "null", "{", "[" * 10_000])
def test_no_other_text_passes(text: str) -> None:
    with pytest.raises(ProxySettingsError):
        ProxySettings.from_json(text)


@pytest.mark.parametrize(
    ("service", "host", "origin", "admitted"),
    [
        ("billing", "elsewhere.example.com", "catalog", True),
        (None, "api.example.com", "adhoc", True),
        ("other", "api.example.com", "catalog", False),
        (None, "elsewhere.example.com", "catalog", False),
        ("billing", "api.example.com", "retry", False),
        ("billing", "api.example.com", "direct", False),
    ],
)
def test_a_binding_admits_by_origin_and_by_service_or_host(
    service: str | None, host: str, origin: str, admitted: bool
) -> None:
    assert FULL.secrets["token"].admits(service, host, origin) == admitted
    assert not SecretBinding().admits(service, host, origin)
