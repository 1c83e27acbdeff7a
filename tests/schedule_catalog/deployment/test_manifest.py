from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from schedule_catalog.deployment.manifest import Manifest
from schedule_catalog.errors import ManifestError

MANIFEST = Manifest(
    project="schedule-catalog",
    stack="dev",
    region="eu-west-1",
    account="123456789012",
    catalog_group="catalog",
    adhoc_group="adhoc",
    function="proxy",
    aliases={"catalog": "arn:aws:lambda:eu-west-1:123456789012:function:proxy:catalog"},
    settings_parameter="/schedule-catalog/proxy-settings",
    ledger_table="ledger",
    retry_queue_url="https://sqs.eu-west-1.amazonaws.com/123456789012/retry-queue",
    undelivered_queue_url="https://sqs.eu-west-1.amazonaws.com/123456789012/undelivered",
    scheduler_dlq_url="https://sqs.eu-west-1.amazonaws.com/123456789012/scheduler-dlq",
    log_group="/aws/lambda/proxy",
    callback_url="https://callback.example.com",
)


@pytest.mark.parametrize("manifest", [MANIFEST, replace(MANIFEST, ledger_table=None)])
def test_a_manifest_comes_back_as_it_was(manifest: Manifest):
    assert Manifest.from_json(manifest.to_json()) == manifest


def test_the_keys_of_a_newer_program_are_passed_over():
    newer = {**json.loads(MANIFEST.to_json()), "dashboard": "runs"}

    assert Manifest.from_json(json.dumps(newer)) == MANIFEST


def test_the_manifest_of_an_older_program_has_no_roles():
    older = {key: value for key, value in json.loads(MANIFEST.to_json()).items() if not key.endswith("_arn")}

    assert Manifest.from_json(json.dumps(older)) == MANIFEST


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"v": 2}, "the manifest has version 2, and this is version 1: update the command"),
        ({"function": None}, 'the manifest has no readable "function": run pulumi up'),
        ({"aliases": {"catalog": 1}}, 'the manifest has no readable "aliases": run pulumi up'),
        ({"aliases": "catalog"}, 'the manifest has no readable "aliases": run pulumi up'),
        ({"ledger_table": 1}, 'the manifest has no readable "ledger_table": run pulumi up'),
    ],
)
def test_what_is_no_manifest_of_this_version_is_refused(change: dict[str, Any], message: str):
    with pytest.raises(ManifestError) as caught:
        Manifest.from_json(json.dumps({**json.loads(MANIFEST.to_json()), **change}))

    assert str(caught.value) == message


@pytest.mark.parametrize("text", ["", "[]", "nothing", "[" * 100_000])
def test_what_is_no_object_is_refused(text: str):
    with pytest.raises(ManifestError, match=r"^the manifest is not"):
        Manifest.from_json(text)
