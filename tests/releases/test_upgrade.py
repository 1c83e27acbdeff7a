"""From each release to this code: its own program deploys a stack, calls of every kind are pending, and all arrive.

Everything is real but AWS: the emulator asks IAM about each request, and a schedule's call is made with its own role.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from infra.packages import PACKAGES, Platform, stage
from local.emulator.emulator import Emulator
from tests.eventually import eventually
from tests.local.authorized import TIME, Outside
from tests.local.released_stack import Stack, bury, pending_task, replayed
from tests.releases.release import RELEASES, Release

# What a pending call refers to by name or by ARN, or is kept in.
REFERRED_TO = {
    *("aws:dynamodb/table:Table", "aws:iam/role:Role", "aws:lambda/alias:Alias", "aws:lambda/function:Function"),
    *("aws:scheduler/schedule:Schedule", "aws:scheduler/scheduleGroup:ScheduleGroup", "aws:sqs/queue:Queue"),
    *("aws:secretsmanager/secret:Secret", "aws:secretsmanager/secretVersion:SecretVersion"),
}
APPLICATIONS = {"shop": {}}
ORIGINS = ("catalog", "adhoc")


@dataclass(frozen=True)
class Upgrade:
    """A stack that a release deployed, and its files."""

    stack: Stack
    release: Release
    project: Path

    def before(self) -> None:
        """Deploy by the release's own program and packages."""
        changes = self.stack.up("old", APPLICATIONS, ORIGINS, self.project)
        assert {each.operation for each in changes} == {"create"}

    def after(self) -> list[str]:
        """Bring it up to this code; gives what was replaced or deleted of what pending calls need."""
        changes = self.stack.up("new", APPLICATIONS, ORIGINS)
        done = [(each.operation, each.name) for each in changes if each.type in REFERRED_TO]
        assert ("update", "proxy-function") in done or ("update", "proxy") in done, "the code is another"
        return [f"{operation} {name}" for operation, name in done if operation in ("replace", "delete")]


@pytest.fixture(name="upgrade", params=RELEASES, ids=lambda release: release.version)
def _upgrade(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Upgrade]:
    release: Release = request.param
    (tmp_path / "schedules").mkdir()
    schedules = {
        "sweep": {"rate": "1 day", "request": {"service": "callback", "path": "/api/v1/sweep"}},
        "nightly": {"cron": "0 9 * * ? *", "request": {"service": "billing", "path": "/nightly"}},
    }
    (tmp_path / "schedules" / "all.yaml").write_text(json.dumps({"owner": "platform", "schedules": schedules}))
    project = release.unpack(tmp_path)
    release.stage(tmp_path / "program", tmp_path / "old")
    for package in PACKAGES:
        stage(package, tmp_path / "new", Platform.HOST)
    with Outside() as outside, Emulator(tmp_path / "emulator", retry_seconds=0.1, authorize=True) as emulator:
        emulator.client("secretsmanager").create_secret(Name="/test/billing-token", SecretString="a-token")
        stack = Stack(tmp_path, emulator, outside)
        stack.release = release
        yield Upgrade(stack, release, project)


def test_calls_of_every_kind_that_a_release_left_pending_arrive_once(upgrade: Upgrade) -> None:
    stack = upgrade.stack
    calls = stack.outside.calls
    upgrade.before()
    kinds = [("keyed", name) for name in ("keyed", "done", "moved", "retried", "buried", "given-up")]
    made = stack.by_old_client("shop", *kinds, ("fresh", "fresh"), ("recurring", "recurring"))
    keyed, done, moved, retried, buried, given_up, fresh, recurring = made
    assert stack.fires(done)["success"]
    assert stack.fires(recurring)["success"]
    stack.fires(retried)
    stack.fires(given_up)
    bury(stack, stack.found(buried))
    task, its_schedule = pending_task(stack)

    assert upgrade.after() == []

    assert stack.fires(keyed)["success"]
    assert stack.fires(fresh)["success"]
    assert stack.fires(recurring, "2097-01-06T09:00:00Z")["success"]
    assert stack.by_old_client("shop", ("move", "moved")) == [moved]
    assert stack.fires(moved)["success"]
    eventually(lambda: stack.runs().get(("adhoc", retried)) == "delivered")
    nightly = stack.client("scheduler").get_schedule(Name="nightly", GroupName=stack.outputs["catalog_group"])
    assert stack.invoke(nightly["Target"], nightly["Arn"], TIME)["success"]
    assert sorted(map(str, replayed(stack))) == sorted([buried, given_up])
    eventually(lambda: stack.runs().get(("adhoc", buried)) == "delivered")
    assert stack.by_old_client("shop", ("keyed", "done")) == [done]
    stack.fires(done)
    assert stack.task(task)["status"] == "SCHEDULED"
    assert stack.sweeps()["rehomed"] == 1
    assert stack.found(its_schedule)["Target"]["RoleArn"].endswith("-application-callback-role")
    once = ("keyed", "fresh", "done", "moved", "nightly", "buried")
    assert {name: calls[f"/{name}"] for name in once} == dict.fromkeys(once, 1)
    assert {name: calls[f"/{name}"] for name in ("recurring", "retried")} == {"recurring": 2, "retried": 2}
