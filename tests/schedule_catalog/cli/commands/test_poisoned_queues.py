"""Attacks by whoever writes to a queue, against the command and the emulator: one message never stops the others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from local.clients import Clients
from local.emulator.emulator import Emulator
from local.engine.archive import Archive
from local.resources import RESOURCE_TYPES
from schedule_catalog.operations import AwsAccess, AwsClients, Deployed
from tests.schedule_catalog.cli.operating import run
from tests.schedule_catalog.operations.aws import MANIFEST, NAMES, REGION

if TYPE_CHECKING:
    from pathlib import Path

ACCOUNT = "000000000000"
GROUP = f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/{NAMES.catalog_group}/"
TIME = "2026-11-22T09:00:00Z"
ESCAPE = "\x1b[2J\x1b]0;owned\x07::stop-commands::x"
CODE = "def handle(event, context):\n    return {}\n"


@dataclass
class Operated:
    """A stack's queues and its function on the emulator."""

    stack: Deployed
    dead: str
    undelivered: str

    def put(self, url: str, body: str, **attributes: str) -> None:
        said = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
        self.stack.clients.client("sqs").send_message(QueueUrl=url, MessageBody=body, MessageAttributes=said)

    def left(self) -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        counts = [
            self.stack.clients.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
            for url in (self.dead, self.undelivered)
        ]
        return sum(int(value) for each in counts for value in each.values())


@pytest.fixture(name="operated", scope="module")
def _operated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operated]:
    folder: Path = tmp_path_factory.mktemp("emulator")
    with Emulator(folder, retry_seconds=0.1) as emulator:
        aws = AwsClients(AwsAccess(region=REGION, endpoint_url=emulator.endpoint, account=ACCOUNT))
        local, sqs = Clients(emulator.endpoint, REGION), aws.client("sqs")
        dead, undelivered = (sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("dead", "undelivered"))
        function = {"handler": "one.handle", "runtime": "python3.13", "role": f"arn:aws:iam::{ACCOUNT}:role/r"}
        code = Archive(members={"one.py": Archive(text=CODE)})
        inputs = {"name": NAMES.proxy, "code": code, "publish": True, **function}
        RESOURCE_TYPES["aws:lambda/function:Function"].create(local, inputs)
        aliases = {}
        for alias in ("catalog", "adhoc", "retry"):
            if alias != "adhoc":  # AWS refuses whatever is to go there
                given = {"name": alias, "functionName": NAMES.proxy, "functionVersion": "1"}
                RESOURCE_TYPES["aws:lambda/alias:Alias"].create(local, given)
            aliases[alias] = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{NAMES.proxy}:{alias}"
        queues = {"undelivered_queue_url": undelivered, "scheduler_dlq_url": dead}
        manifest = replace(MANIFEST, account=ACCOUNT, aliases=aliases, ledger_table=None, **queues)
        yield Operated(Deployed(manifest, aws), dead, undelivered)


def event(**members: Any) -> dict[str, Any]:
    schedule = {"name": "nightly", "arn": f"{GROUP}nightly", "time": TIME}
    return {"v": 1, "service": "billing", "path": "/close", "schedule": schedule, **members}


def sound(operated: Operated, reason: str = "http-500") -> None:
    said = {"REASON": reason, "MESSAGE": "no", "ORIGIN": "catalog", "ATTEMPTS": "1", "UNDELIVERED_AT": TIME}
    operated.put(operated.undelivered, json.dumps(event()), **said, SCHEDULE_ARN=f"{GROUP}nightly")


# Bodies and attributes, as EventBridge Scheduler's queue may have them from whoever runs a schedule with its role.
POISONS: dict[str, tuple[str, dict[str, str]]] = {
    "a name with a slash": (json.dumps(event()), {"SCHEDULE_ARN": f"{GROUP}../../x"}),
    "a name of escapes": (json.dumps(event()), {"SCHEDULE_ARN": GROUP + "%1b[2J"}),
    "a name that is too long": (json.dumps(event()), {"SCHEDULE_ARN": GROUP + "x" * 900}),
    "a name with spaces": (json.dumps(event(schedule={"name": "a b", "arn": "no", "time": TIME})), {}),
    "a time of none": (
        json.dumps(event()),
        {"SCHEDULE_ARN": f"{GROUP}nightly", "SCHEDULED_TIME": "9999-99-99T99:99:99Z"},
    ),
    "half a pair": (json.dumps(event(body="\ud800")), {"SCHEDULE_ARN": f"{GROUP}nightly"}),
    "a number of none": (json.dumps(event(body=float("nan"))), {"SCHEDULE_ARN": f"{GROUP}nightly"}),
    "nested": ('{"v":1,"schedule":{},"body":' + "[" * 900 + "]" * 900 + "}", {"SCHEDULE_ARN": f"{GROUP}nightly"}),
    "no JSON": ("[" * 5000, {"SCHEDULE_ARN": f"{GROUP}nightly"}),
    "words for a terminal": (json.dumps(event(owner=ESCAPE, body=ESCAPE)), {"SCHEDULE_ARN": f"{GROUP}x"}),
}


def test_poison_messages_stay_each_with_its_reason_and_the_others_are_replayed(
    operated: Operated, capfd: pytest.CaptureFixture[str]
) -> None:
    sound(operated)
    for body, attributes in POISONS.values():
        operated.put(operated.dead, body, ERROR_CODE="AWS.Lambda", ERROR_MESSAGE=ESCAPE, **attributes)
    sound(operated)

    assert run(operated, "undelivered", "replay", "--all", "--yes") == 1

    said = capfd.readouterr()
    assert (said.out.count(": replayed"), said.err.count("not replayed:")) == (2, len(POISONS))
    assert "Traceback" not in said.err
    assert "\x1b" not in said.out + said.err
    assert operated.left() == len(POISONS)
    assert run(operated, "undelivered", "drop", "--all", "--yes") == 0


def test_a_call_whose_key_was_used_is_not_replayed_and_says_why(
    operated: Operated, capfd: pytest.CaptureFixture[str]
) -> None:
    sound(operated, "key-reused")

    assert run(operated, "undelivered", "replay", "--all", "--yes") == 1
    assert "schedule it with another key" in capfd.readouterr().err
    assert run(operated, "undelivered", "drop", "--all", "--yes") == 0


def test_what_aws_refuses_of_one_message_is_that_message_s_result(
    operated: Operated, capfd: pytest.CaptureFixture[str]
) -> None:
    attributes = {"REASON": "x", "MESSAGE": "no", "ORIGIN": "adhoc", "ATTEMPTS": "1", "UNDELIVERED_AT": TIME}
    operated.put(operated.undelivered, json.dumps(event()), **attributes)
    sound(operated)

    assert run(operated, "undelivered", "replay", "--all", "--yes") == 1

    said = capfd.readouterr()
    assert (said.out.count(": replayed"), said.err.count("not replayed:")) == (1, 1)
    assert "lambda:InvokeFunction" in said.err
    assert run(operated, "undelivered", "drop", "--all", "--yes") == 0
