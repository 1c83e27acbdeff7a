"""The move of applications to origins of their own, walked with the code of release 0.1.0 and what it left pending.

Everything is real but AWS: the emulator asks IAM about each request, and a schedule's call is made with its own role.
"""

from __future__ import annotations

import json
import shlex
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from infra.packages import PACKAGES, Platform, stage
from local.emulator.emulator import Emulator
from schedule_client import Request
from tests.docs.pulumi_cli import put
from tests.eventually import eventually
from tests.journeys.documented import documented
from tests.local.authorized import TIME, Outside
from tests.local.released_stack import NOW, OLD, PARAMETER, Stack, bury, pending_task, replayed

APPLICATIONS = ("shop", "evil")
PAGE = "docs/platform.md"
ISOLATE = "pulumi config set --path schedule-catalog:applications.shop.isolated 2027-02-01"
RETIRE = "applications.shop.retired: true"
PENDING = (
    "aws scheduler list-schedules --group-name schedule-catalog-prod-eu-west-1-adhoc --name-prefix app "
    "--query \"Schedules[?ends_with(Target.Arn, ':adhoc')].Name\""
)


class Engineer:
    """The person who moves the applications by the commands of the page, with names and days of this stack."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self.applications: dict[str, Any] = {name: {} for name in APPLICATIONS}

    def isolates(self, application: str) -> None:
        *_, key, _ = shlex.split(documented(ISOLATE, PAGE))
        self._set(key.removeprefix("schedule-catalog:"), application, NOW.date().isoformat())

    def retires(self, application: str) -> None:
        key, _, value = documented(RETIRE, PAGE).partition(": ")
        self._set(key, application, json.loads(value))

    def ups(self, packages: str, *origins: str) -> None:
        documented("pulumi up", PAGE)
        self._stack.up(packages, self.applications, origins)

    def pending(self) -> list[str]:
        """What the page's listing prints: the calls of the callback service that are pending under `adhoc`."""
        words = shlex.split(documented(PENDING, PAGE))
        given = dict(zip(words[3::2], words[4::2], strict=True))
        pages = self._stack.client("scheduler").get_paginator("list_schedules")
        group = self._stack.outputs["SCHEDULER_GROUP_NAME"]
        return list(pages.paginate(GroupName=group, NamePrefix=given["--name-prefix"]).search(given["--query"]))

    def _set(self, key: str, application: str, value: Any) -> None:
        config = {"applications": self.applications}
        put(config, key.replace(".shop.", f".{application}."), value, is_path=True)


@pytest.fixture(name="stack")
def _stack(tmp_path: Path) -> Iterator[Stack]:
    (tmp_path / "schedules").mkdir()
    sweep = {"rate": "1 day", "request": {"service": "callback", "path": "/api/v1/sweep"}}
    (tmp_path / "schedules" / "all.yaml").write_text(json.dumps({"owner": "platform", "schedules": {"sweep": sweep}}))
    for package in PACKAGES:
        stage(package, tmp_path / "new", Platform.HOST)
    shutil.copytree(tmp_path / "new", tmp_path / "old")
    for folder in ("proxy", "schedule_client"):
        shutil.rmtree(tmp_path / "old" / "proxy" / folder)
        shutil.copytree(OLD.folder / folder, tmp_path / "old" / "proxy" / folder)
    start = tmp_path / "old" / "proxy" / "proxy" / "__init__.py"
    start.write_text(f"import os\nos.environ['SETTINGS_PARAMETER'] = '{PARAMETER}'\n")
    (start.parent / "lambda_handler.py").write_text("from proxy.handler import handle as handle\n")
    with Outside() as outside, Emulator(tmp_path / "emulator", retry_seconds=0.1, authorize=True) as emulator:
        emulator.client("secretsmanager").create_secret(Name="/test/billing-token", SecretString="a-token")
        yield Stack(tmp_path, emulator, outside)


def test_the_move_cuts_nobody_off_and_ends_what_an_application_can_do_to_another(stack: Stack) -> None:
    calls = stack.outside.calls
    engineer = Engineer(stack)

    # Release 0.1.0 as it was, with calls of every kind: some have fired, some wait, one is tried again.
    engineer.ups("old", "catalog", "adhoc")
    kinds = [("keyed", name) for name in ("first", "done", "moved", "retried", "robbed", "later")]
    made = stack.by_old_client("shop", *kinds, ("fresh", "fresh"), ("recurring", "recurring"))
    first, done, moved, retried, robbed, later, fresh, recurring = made
    assert stack.fires(done)["success"]
    assert stack.fires(retried)["handed_over"]
    victim = stack.found(robbed)
    assert stack.evil("evil-1", victim, TIME, own=False)["success"]
    stack.fires(robbed)
    assert (calls["/robbed"], calls["/evil"]) == (0, 1), "the attack: the victim's call is taken for a duplicate"
    bury(stack, stack.found(later))
    task, its_schedule = pending_task(stack)

    # Step one: aliases and roles are there, and policies pass both roles.
    engineer.ups("new", "catalog", "adhoc")
    assert stack.passes("shop") == {"adhoc-role", "application-shop-role"}
    assert stack.fires(first)["success"]
    eventually(lambda: stack.runs().get(("adhoc", retried)) == "delivered")
    assert stack.fires(its_schedule, keep=True)["api_status"] == 425, "it is not due, whoever says so"
    stack.evil("evil-task", stack.found(its_schedule), TIME, own=False, path="/api/v1/tasks/callback")
    assert stack.task(task)["status"] == "SCHEDULED"
    assert engineer.pending() == [its_schedule]
    assert stack.sweeps()["rehomed"] == 1
    assert engineer.pending() == []
    assert stack.found(its_schedule)["Target"]["RoleArn"].endswith("-application-callback-role")
    assert stack.sweeps()["rehomed"] == 0
    assert stack.by_old_client("shop", ("move", "moved")) == [moved]
    assert stack.by_old_client("shop", ("keyed", "done")) == [done]
    stack.fires(done)
    assert stack.by_old_client("shop", ("keyed", "done"), ("keyed", "restarted"), own=True)[0] == done
    stack.fires(done)
    assert calls["/done"] == 1, "delivered under its key, whatever the origin"
    restarted = stack.by_old_client("shop", ("keyed", "restarted"), own=True)[0]
    assert stack.fires(restarted)["success"]
    assert stack.runs()["shop", restarted] == "delivered"

    # Step two: the applications run with their own environments, and the settings name who may use the secret.
    for name in APPLICATIONS:
        engineer.isolates(name)
    engineer.ups("new", "catalog", "adhoc", "shop")
    assert stack.passes("shop") == {"application-shop-role"}
    shop = stack.new_client("shop")
    assert stack.fires(fresh)["success"]
    assert stack.fires(recurring)["success"]
    assert stack.runs()["adhoc", fresh] == "delivered"
    shop.reschedule("moved", at=datetime(2096, 1, 1, tzinfo=UTC))
    assert stack.found(moved)["Target"]["RoleArn"] == shop.settings.role_arn
    assert stack.fires(moved)["success"]
    assert stack.runs()["shop", moved] == "delivered"
    shop.schedule_once(Request(service="billing", path="/done"), at=datetime(2096, 1, 1, tzinfo=UTC), key="done")
    stack.fires(done)
    assert calls["/done"] == 1
    assert replayed(stack) == [later]
    eventually(lambda: stack.runs().get(("adhoc", later)) == "delivered")
    assert stack.outside.heard["/later"]["authorization"] == "Bearer a-token"

    # The attack of before, from an origin of its own: the victim's call is made, and the secret is not the attacker's.
    call = shop.schedule_once(Request(service="billing", path="/safe"), at=datetime(2096, 1, 1, tzinfo=UTC), key="safe")
    stack.evil("evil-2", stack.found(call.name), TIME, own=True)
    assert stack.fires(call.name)["success"]
    assert calls["/safe"] == 1
    robbing = {**victim, "Arn": stack.found(recurring)["Arn"], "Name": recurring}
    assert stack.evil("evil-3", robbing, "2097-01-06T09:00:00Z", own=True)["reason"] == "secret-unbound"
    assert stack.fires(recurring, "2097-01-06T09:00:00Z")["success"]

    # The end: a retired application's pending call is delivered, and only a retired one goes without a word.
    last = shop.schedule_once(Request(service="billing", path="/last"), at=datetime(2096, 1, 1, tzinfo=UTC)).name
    engineer.retires("shop")
    engineer.ups("new", "catalog", "adhoc", "shop")
    assert stack.passes("shop") == set()
    assert stack.fires(last)["success"]
    stack.leave("shop")
    del engineer.applications["shop"]
    engineer.ups("new", "catalog", "adhoc")
    assert not [each for each in stack.warnings if "protect" in str(each)]
    stack.leave("evil")
    del engineer.applications["evil"]
    engineer.ups("new", "catalog", "adhoc")
    assert [each for each in stack.warnings if "protect" in str(each)]
