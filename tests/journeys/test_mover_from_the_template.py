"""The template as it was, moved over: its table, its schedules in the group `default`, its function, its payload."""

from __future__ import annotations

import io
import json
import shlex
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from schedule_client import ScheduleClient, ScheduleSettings
from tests.eventually import eventually
from tests.journeys.documented import documented
from tests.local.shop_stack import ROOT, ShopStack, shop_stack

TOKEN = "the-token-in-clear"
TABLE = """
create table scheduled_tasks (
    id integer primary key autoincrement, user_id integer not null, scheduled_at datetime not null,
    status varchar(9) not null, schedule_arn varchar(500), data json, created_at datetime, updated_at datetime)
"""
# The function of the template, in a few lines that do the same.
API_CALL_LAMBDA = """
import json
import urllib3

def lambda_handler(event, context):
    try:
        headers = {"Content-Type": "application/json", **(event.get("headers") or {})}
        body = json.dumps(event["body"]) if event.get("body") else None
        method = event.get("method", "POST").upper()
        answer = urllib3.PoolManager().request(method, event["target_url"], body=body, headers=headers, timeout=30.0)
        said = {"success": True, "api_status": answer.status, "api_response": answer.data.decode()}
        return {"statusCode": 200, "body": json.dumps(said)}
    except Exception as error:
        return {"statusCode": 500, "body": json.dumps({"success": False, "error": str(error)})}
"""
HANDLERS = """
from sqlalchemy import text
from callback_api.handlers import Call, task


@task("work", default=True)
def work(call: Call) -> None:
    insert = text("insert into done (task, plan) values (:task, :plan)")
    call.connection.execute(insert, {"task": call.task_id, "plan": call.data["plan"]})
"""


@pytest.fixture(name="stack", scope="module")
def _stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShopStack]:
    with shop_stack(tmp_path_factory.mktemp("stack")) as stack:
        yield stack


class Template:
    """What the template left: three pending tasks, one that is done, one that was cancelled."""

    def __init__(self, folder: Path, stack: ShopStack) -> None:
        self.file, self.stack = folder / "shop.sqlite", stack
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as packed:
            packed.writestr("lambda_function.py", API_CALL_LAMBDA)
        self.function = stack.client("lambda").create_function(
            FunctionName="API_CALL_LAMBDA",
            Runtime="python3.11",
            Handler="lambda_function.lambda_handler",
            Role="arn:aws:iam::000000000000:role/template",
            Code={"ZipFile": archive.getvalue()},
            Timeout=30,
        )["FunctionArn"]
        rows = [(42, "SCHEDULED", {"plan": number}) for number in (1, 2, 3)]
        rows += [(42, "COMPLETED", {"plan": 4}), (43, "CANCELLED", None)]
        due = datetime.now(UTC).replace(tzinfo=None) - timedelta(seconds=5)
        with sqlite3.connect(self.file) as database:
            database.execute(TABLE)
            database.execute("create table done (task text, plan integer)")
            for number, (user, status, data) in enumerate(rows, 1):
                arn = self._schedule(number, user, data) if status == "SCHEDULED" else None
                values = (user, due.isoformat(" "), status, arn, json.dumps(data), due.isoformat(" "))
                database.execute(
                    "insert into scheduled_tasks (user_id, scheduled_at, status, schedule_arn, data, created_at)"
                    " values (?, ?, ?, ?, ?, ?)",
                    values,
                )
        database.close()

    def _schedule(self, number: int, user: int, data: Any) -> str:
        """As the helper class made it: in the group `default`, without a zone, a queue or an action after it."""
        payload = {
            "target_url": f"{self.stack.url}/api/v1/tasks/callback",
            "method": "POST",
            "headers": {"Authorization": f"Bearer {TOKEN}"},
            "params": {},
            "body": {"task_id": number, "user_id": user, **data},
        }
        at = datetime.now(UTC) + timedelta(minutes=2)
        made = self.stack.client("scheduler").create_schedule(
            Name=f"task-{user}-{number:08x}",
            GroupName="default",
            ScheduleExpression=f"at({at:%Y-%m-%dT%H:%M}:00)",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={
                "Arn": self.function,
                "RoleArn": "arn:aws:iam::000000000000:role/template",
                "Input": json.dumps(payload),
                "RetryPolicy": {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 3600},
            },
            State="ENABLED",
        )
        return str(made["ScheduleArn"])

    def done(self) -> list[tuple[str, int]]:
        with sqlite3.connect(self.file) as database:
            found = database.execute("select task, plan from done order by plan").fetchall()
        database.close()
        return found

    def statuses(self) -> dict[str, str]:
        with sqlite3.connect(self.file) as database:
            found = dict(database.execute("select id, status from callback_tasks").fetchall())
        database.close()
        return found


@pytest.mark.timeout(200)
def test_the_template_moves_over_to_its_last_pending_call(tmp_path: Path, stack: ShopStack) -> None:
    template = Template(tmp_path, stack)
    (tmp_path / "handlers_of_shop.py").write_text(HANDLERS)
    variables = {
        **stack.environment,
        "DATABASE_URL": f"sqlite:///{template.file}",
        "AUTH_TOKEN": TOKEN,
        "CALLBACK_SIGNING_KEYS": stack.signing_key,
        "CALLBACK_HANDLERS": "handlers_of_shop",
        "CALLBACK_SERVICE": "shop",
    }
    (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in variables.items()))
    told = {"PYTHONPATH": f"{ROOT}:{tmp_path}"}

    _, *migrate = shlex.split(documented("python -m callback_api migrate", "docs/from-the-template.md"))
    moved = subprocess.run([sys.executable, *migrate], cwd=tmp_path, env=told, capture_output=True, text=True)
    assert "5 rows of the template were copied, 3 of them pending" in moved.stdout, moved.stderr

    cancel_and_list(stack)
    old = ScheduleSettings.from_environment(stack.environment)
    retarget(stack, "task-42-00000003", old)
    with stack.serving(tmp_path, "-m", "callback_api", "serve", "--port", str(stack.port), environment=told):
        stack.pass_(minutes=3)
        eventually(lambda: len(template.done()) == 3)
        eventually(lambda: stack.pending() == set())

    assert template.done() == [("1", 1), ("2", 2), ("3", 3)]
    assert template.statuses() == {
        "1": "COMPLETED",
        "2": "COMPLETED",
        "3": "COMPLETED",
        "4": "COMPLETED",
        "5": "CANCELLED",
    }
    runs = stack.runs()
    assert "undelivered" not in {run["state"] for run in runs}
    assert [run["schedule"] for run in runs if run["origin"] == "shop" and "shop-" not in run["schedule"]] == [
        "POST shop.example.com"
    ]


def cancel_and_list(stack: ShopStack) -> None:
    """As the page says: a client whose settings name the old group lists and cancels what is there."""
    settings = replace(ScheduleSettings.from_environment(stack.environment), group="default", name_prefix="")
    old = ScheduleClient(settings, client=stack.client("scheduler"))
    listed = sorted(old.list("task-"), key=lambda each: each.name)
    assert [each.name for each in listed] == [f"task-42-{number:08x}" for number in (1, 2, 3)]
    assert [old.cancel(listed[1].arn), old.cancel(listed[1].arn)] == [True, False]


def retarget(stack: ShopStack, name: str, settings: ScheduleSettings) -> None:
    """Have an old schedule call the proxy, with the payload that it has, its header in clear."""
    scheduler = stack.client("scheduler")
    found = scheduler.get_schedule(GroupName="default", Name=name)
    text = found["Target"]["Input"].replace(stack.url, "https://shop.example.com")
    scheduler.update_schedule(
        GroupName="default",
        Name=name,
        ScheduleExpression=found["ScheduleExpression"],
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={**found["Target"], "Arn": settings.target_arn, "RoleArn": settings.role_arn, "Input": text},
    )
