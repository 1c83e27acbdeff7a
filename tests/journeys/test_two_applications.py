"""The move of applications to origins of their own, walked with the code of release 0.1.0 and what it left pending.

Everything is real but AWS: the emulator asks IAM about each request, and a schedule's call is made with its own role.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from infra.packages import PACKAGES, Platform, stage
from local.emulator.emulator import Emulator
from schedule_client import Request
from tests.eventually import eventually
from tests.local.authorized import TIME, Outside
from tests.local.released_stack import NOW, OLD, PARAMETER, Stack, bury, pending_task, replayed

APPLICATIONS = ("shop", "evil")


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
    both: dict[str, Any] = {name: {} for name in APPLICATIONS}

    # Release 0.1.0 as it was, with calls of every kind: some have fired, some wait, one is tried again.
    stack.up("old", both, ("catalog", "adhoc"))
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
    stack.up("new", both, ("catalog", "adhoc"))
    assert stack.passes("shop") == {"adhoc-role", "application-shop-role"}
    assert stack.fires(first)["success"]
    eventually(lambda: stack.runs().get(("adhoc", retried)) == "delivered")
    assert stack.fires(its_schedule, keep=True)["api_status"] == 425, "it is not due, whoever says so"
    stack.evil("evil-task", stack.found(its_schedule), TIME, own=False, path="/api/v1/tasks/callback")
    assert stack.task(task)["status"] == "SCHEDULED"
    assert stack.sweeps()["rehomed"] == 1
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
    isolated = {name: {"isolated": NOW.date().isoformat()} for name in APPLICATIONS}
    stack.up("new", isolated, ("catalog", "adhoc", "shop"))
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
    stack.up("new", {**isolated, "shop": {**isolated["shop"], "retired": True}}, ("catalog", "adhoc", "shop"))
    assert stack.passes("shop") == set()
    assert stack.fires(last)["success"]
    stack.leave("shop")
    stack.up("new", {"evil": isolated["evil"]}, ("catalog", "adhoc"))
    assert not [each for each in stack.warnings if "protect" in str(each)]
    stack.leave("evil")
    stack.up("new", {}, ("catalog", "adhoc"))
    assert [each for each in stack.warnings if "protect" in str(each)]
