"""Code of today takes whatever a release left behind."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from proxy.event import read_run
from schedule_catalog.operations import read_undelivered_call
from schedule_client.contract.retry_message import RetryMessage
from tests.infra.sample import CONFIG
from tests.pulumi_harness import run_program
from tests.releases.release import RELEASES, Release
from tests.schedule_catalog.operations.aws import MANIFEST, Clients

ARN = "arn:aws:scheduler:eu-west-1:123456789012:schedule/schedule-catalog-dev-eu-west-1-{group}/{name}"
RECORDED = [release for release in RELEASES if (release.folder / "state.json").exists()]
RELEASE = pytest.mark.parametrize("release", RECORDED, ids=lambda release: release.version)
CALLS = ("call", "call-keyed", "call-of-task", "call-recurring")
EVENTS = {**dict.fromkeys(CALLS, "adhoc"), **dict.fromkeys(("catalog", "replay", "trigger"), "catalog")}
LETTERS = ("dead-letter", "undelivered-by-lambda", "undelivered-by-proxy", "undelivered-by-redrive")
READ = """
from proxy.event import read_run
runs = [read_run(event, origin, "request-1") for event, origin in given]
answer = [[run.key, run.partition, run.sort, run.request.method] for run in runs]
"""


def fired(release: Release, name: str) -> Any:
    """An event of the release, as EventBridge Scheduler fills it in."""
    written = release.written(name)
    event = written["Target"]["Input"] if "Target" in written else written
    arn = ARN.format(group=EVENTS.get(name, "catalog"), name=written.get("Name", "close-invoices"))
    text = json.dumps(event).replace("<aws.scheduler.schedule-arn>", arn)
    return json.loads(text.replace("<aws.scheduler.scheduled-time>", "2026-12-01T00:00:00Z"))


@RELEASE
def test_every_event_of_a_release_is_the_same_run(release: Release) -> None:
    given = [(fired(release, name), origin) for name, origin in {**EVENTS, "template": "direct"}.items()]

    runs = [read_run(event, origin, "request-1") for event, origin in given]

    assert [[run.key, run.partition, run.sort, run.request.method] for run in runs] == release.run(READ, given)


@RELEASE
@pytest.mark.parametrize("name", ["retry-message", "retry-message-unrecorded"])
def test_every_message_of_a_release_goes_on(release: Release, name: str) -> None:
    written = release.written(name)

    message = RetryMessage.from_json(json.dumps(written))

    assert json.loads(message.to_json()) == written
    assert read_run(message.event, message.origin, message.request_id).origin == "adhoc"


@RELEASE
@pytest.mark.parametrize("name", LETTERS)
def test_every_undelivered_call_of_a_release_is_read(release: Release, name: str) -> None:
    group = "schedule-catalog-dev-eu-west-1"
    role = next(each for each in release.state["resources"] if each["urn"].endswith("::adhoc-execution-role"))
    manifest = replace(
        MANIFEST,
        catalog_group=f"{group}-catalog",
        adhoc_group=f"{group}-adhoc",
        senders={"adhoc": role["outputs"]["uniqueId"]},
    )
    queue = "scheduler-dlq" if name == "dead-letter" else "undelivered"

    letter = read_undelivered_call(queue, {"MessageId": "1", **release.written(name)}, Clients(manifest).stack)

    assert (letter.origin, letter.obstacle, letter.schedule) == ("adhoc", None, "shop-remind-1042-e4138d0f28fa2baf")


@RELEASE
def test_an_upgrade_replaces_nothing_and_deletes_nothing(release: Release, tmp_path: Path) -> None:
    """A resource keeps its URN and its name: AWS would make another one, and what is pending refers to the first."""
    catalog = {
        "close-invoices": {"cron": "0 9 * * ? *", "request": {"service": "billing", "path": "/invoices/close"}},
        "sweep-tasks": {"rate": "1 minute", "request": {"service": "callback", "path": "/api/v1/sweep"}},
    }
    (tmp_path / "all.yaml").write_text(json.dumps({"owner": "billing", "schedules": catalog}))
    settings = {"catalog": str(tmp_path), "applications": {"shop": {}, "evil": {}}, "secret_prefix": "/release/"}
    owners = {"billing": {"contact": "billing@example.com"}, "shop": {"contact": "shop@example.com"}}

    stack = run_program({**CONFIG, **settings, "owners": owners}).resources

    for resource in release.state["resources"]:
        *above, type_ = resource["urn"].split("::")[2].split("$")
        new = stack[type_, resource["urn"].rpartition("::")[2]]
        assert new.inputs.get("name") == resource["inputs"].get("name"), resource["urn"]
        assert new.protect >= resource.get("protect", False), resource["urn"]
        assert not above or (above[-1], new.parent) in stack, resource["urn"]
