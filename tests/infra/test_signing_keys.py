from __future__ import annotations

from base64 import b64decode
from typing import Any

from infra.signing_keys import FIRST, new_signing_key
from proxy.signing import signature_headers
from schedule_client.webhooks import read_keys
from tests.infra.sample import CONFIG, sample_stack
from tests.pulumi_harness import Deployment, run_program

SECRET = "aws:secretsmanager/secret:Secret"
VERSION = "aws:secretsmanager/secretVersion:SecretVersion"
CALLBACK = {"services": ["callback"], "origins": ["catalog", "adhoc"]}


def test_each_key_of_the_settings_has_a_secret_where_the_proxy_looks_and_loses_nothing_by_mistake():
    stack = run_program({**CONFIG, "signing": {"callback": CALLBACK, "billing": {"services": ["billing"]}}})

    assert {each.inputs["name"]: each.protect for each in stack.of_type(SECRET).values()} == {
        "/schedule-catalog/dev/signing/callback": True,
        "/schedule-catalog/dev/signing/billing": True,
    }
    assert [each.protect for each in stack.of_type(VERSION).values()] == [True, True]


def test_the_key_is_marked_as_secret_and_left_alone_once_it_is_there():
    version = sample_stack()[VERSION, "signing-callback-first"]

    assert set(version.inputs["secretString"]) == {"4dabf18193072939515e22adb298388d", "value"}
    assert set(version.ignore_changes) == {"secretString", "versionStages"}


def test_a_label_of_its_own_keeps_the_version_and_keeps_it_from_becoming_current_again():
    version = sample_stack()[VERSION, "signing-callback-first"]

    assert version.inputs["versionStages"] == [FIRST]
    assert not FIRST.startswith("AWS")


def test_no_other_resource_and_no_export_has_a_key():
    shown = [each.inputs for each in sample_stack().resources.values() if each.type != VERSION]

    assert "whsec_" not in str((shown, sample_stack().outputs, sample_stack().component_outputs))


def test_two_stacks_never_share_a_key():
    assert text(sample_stack()) != text(run_program(CONFIG))
    assert len({new_signing_key() for _ in range(100)}) == 100


def test_a_key_is_one_that_the_proxy_signs_with_and_the_callback_service_reads():
    key = text(sample_stack())

    assert signature_headers("callback", key, "v1.run", 1, b"{}", "catalog")["webhook-signature"].startswith("v1,")
    assert read_keys(key) == (b64decode(key.removeprefix("whsec_")),)
    assert 24 <= len(b64decode(key.removeprefix("whsec_"))) <= 64


def test_a_stack_that_signs_nothing_has_no_key():
    assert run_program({**CONFIG, "signing": {}}).of_type(SECRET) == {}


def text(stack: Deployment) -> str:
    secret: Any = stack[VERSION, "signing-callback-first"].inputs["secretString"]
    return secret["value"]


def test_a_deleted_key_can_be_restored_for_as_long_as_the_settings_say():
    secret = "aws:secretsmanager/secret:Secret"
    stack = run_program({**CONFIG, "secret_recovery_days": 0})

    assert stack[secret, "signing-callback"].inputs["recoveryWindowInDays"] == 0
    assert "recoveryWindowInDays" not in sample_stack()[secret, "signing-callback"].inputs
