"""The operator at night: a run that fails is found, shown, delivered again and never twice; drift is seen."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from schedule_catalog.deployment.names import Names
from schedule_catalog.operations import (
    AwsClients,
    Deployed,
    LaptopStack,
    UndeliveredQueues,
    find_schedule,
    find_stack,
    queue_depths,
    replay,
)
from schedule_client.contract.times import wire_time
from tests.eventually import eventually
from tests.journeys.documented import documented_words
from tests.local.test_stack import PATIENCE, ROOT, Running
from tests.schedule_catalog.cli.documents import document

if TYPE_CHECKING:
    from schedule_catalog.deployment.manifest import Manifest
    from schedule_catalog.operations.undelivered_call import UndeliveredCall

PAGES = ("docs/operate.md", "docs/runs.md", "docs/undelivered.md")
NOW = datetime.now(UTC).replace(second=0, microsecond=0)
# Two fires that are over, and none to come while this runs.
FIRES = (NOW - timedelta(minutes=20), NOW - timedelta(minutes=10))
CATALOG = f"""owner: billing
schedules:
  close:
    cron: "{FIRES[0].minute},{FIRES[1].minute} * * * ? *"
    retry: {{max_attempts: 1, max_age_minutes: 60}}
    request: {{service: billing, path: /close, auth: {{type: bearer, secret: billing-token}}}}
"""


class Operated:
    """A running stack, and the commands in processes of their own."""

    def __init__(self, state: Path) -> None:
        self._state = state
        laptop = LaptopStack.read(state / "dev")
        self.clients = AwsClients(laptop.access)
        self.stack: Deployed = find_stack(self.clients, Names(laptop.project, laptop.stack, laptop.region))

    @property
    def manifest(self) -> Manifest:
        return self.stack.manifest

    def schedules(self, *arguments: str, status: int = 0) -> str:
        documented_words(arguments, *PAGES)
        where = ["--local", "--state", str(self._state)]
        command = [sys.executable, "-m", "schedule_catalog.cli", *arguments, *where]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout

    def json(self, *arguments: str, status: int = 0) -> Any:
        return document(self.schedules(*arguments, "--format", "json", status=status))

    def states(self) -> dict[datetime, str]:
        """The state of each run of the schedule's own."""
        runs = self.json("history", "close")["runs"]
        return {datetime.fromisoformat(run["scheduled"]): run["state"] for run in runs if run["scheduled"]}

    def depths(self) -> dict[str, int]:
        return {depth.queue: depth.waiting for depth in queue_depths(self.stack)}

    def replay_and_die(self) -> None:
        """Replay the one message that is there, and be killed before it is deleted."""
        with Killed(self.stack) as mailbox:
            (letter,) = mailbox.read(10)
            replay(self.stack, mailbox, letter, datetime.now(UTC), "killed")

    def outcomes(self, kind: str) -> int:
        """How many outcomes of this kind the proxy has logged."""
        events = self.clients.client("logs").filter_log_events(logGroupName=self.manifest.log_group)["events"]
        lines = (json.loads(event["message"]) for event in events if event["message"].startswith("{"))
        return sum(line.get("event") == "outcome" and line.get("state") == kind for line in lines)

    def fire(self, scheduled: datetime) -> None:
        """Hand the schedule's event to Lambda as EventBridge Scheduler does."""
        found = find_schedule(self.stack, "close")
        text = found.input.replace("<aws.scheduler.schedule-arn>", found.arn)
        event = text.replace("<aws.scheduler.scheduled-time>", wire_time(scheduled))
        self.clients.client("lambda").invoke(
            FunctionName=self.manifest.aliases["catalog"], InvocationType="Event", Payload=event.encode()
        )

    def secret(self) -> str:
        """Where the proxy looks for the secret of the call."""
        return f"/{self.manifest.project}/{self.manifest.stack}/billing-token"


@pytest.fixture(scope="module")
def operated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operated]:
    folder = tmp_path_factory.mktemp("operated")
    (folder / "schedules").mkdir()
    (folder / "schedules" / "close.yaml").write_text(CATALOG)
    running = Running(folder)
    try:
        running.until("calls until")
        yield Operated(folder / "state")
    finally:
        running.process.terminate()
        running.end()
        assert running.process.stdout is not None
        running.process.stdout.close()


def test_what_failed_is_found_delivered_again_and_a_kill_in_between_delivers_nothing_twice(operated: Operated) -> None:
    secrets = operated.clients.client("secretsmanager")
    secrets.delete_secret(SecretId=operated.secret(), ForceDeleteWithoutRecovery=True)
    for fire in FIRES:
        operated.fire(fire)

    # Listed, shown and told by the history.
    eventually(lambda: operated.depths()["undelivered"] == 2)
    letters = operated.json("undelivered", "list")["calls"]
    assert {(letter["schedule"], letter["reason"]) for letter in letters} == {("close", "secret-missing")}
    identifiers = {letter["was_due"]: letter["id"] for letter in letters}
    first, second = (identifiers[wire_time(fire)] for fire in FIRES)
    assert '"billing-token"' in operated.schedules("undelivered", "show", first[:8])
    assert "secret-missing" in operated.schedules("history", "--failed", status=1)
    assert "the run ledger remembers no run" not in operated.schedules("history", "close")

    # Delivered again, once what was missing is there.
    secrets.create_secret(Name=operated.secret(), SecretString="found")
    operated.schedules("undelivered", "replay", first, "--yes")
    eventually(lambda: operated.states() == {FIRES[0]: "delivered", FIRES[1]: "undelivered"})

    # Killed after it was sent and before its message was deleted.
    with pytest.raises(KeyboardInterrupt):
        operated.replay_and_die()
    eventually(lambda: operated.states()[FIRES[1]] == "delivered")
    assert [left["id"] for left in operated.json("undelivered", "list")["calls"]] == [second]
    eventually(lambda: operated.outcomes("delivered") == 2)  # the ledger knows before the log
    operated.schedules("undelivered", "replay", "--all", "--yes")
    eventually(lambda: operated.outcomes("duplicate"))
    assert operated.outcomes("delivered") == 2
    assert operated.depths()["undelivered"] == 0


class Killed(UndeliveredQueues):
    """Queues whose reader is killed before it deletes."""

    def delete(self, call: UndeliveredCall) -> None:
        raise KeyboardInterrupt


def test_a_schedule_is_run_by_hand_and_the_run_of_a_fire_but_once(operated: Operated) -> None:
    assert "delivered, response 200" in operated.schedules("trigger", "close", "--yes")

    older = FIRES[0] - timedelta(hours=1)
    as_of = ["trigger", "close", "--as-of", older.isoformat(), "--yes"]
    assert "the run of" in operated.schedules(*as_of)
    assert "was already delivered" in operated.schedules(*as_of)
    assert "as a separate run" in operated.schedules(*as_of, "--again")
    assert operated.states()[older] == "delivered"


def test_drift_is_seen_and_gone_with_what_caused_it(operated: Operated) -> None:
    assert operated.json("status")["matching"] == 1
    scheduler = operated.clients.client("scheduler")
    group = operated.manifest.catalog_group
    found = scheduler.get_schedule(GroupName=group, Name="close")
    keys = ("Name", "GroupName", "ScheduleExpression", "ScheduleExpressionTimezone", "FlexibleTimeWindow", "Target")
    kept = {key: found[key] for key in (*keys, "State", "ActionAfterCompletion") if key in found}

    scheduler.update_schedule(**{**kept, "State": "DISABLED"})
    scheduler.create_schedule(**{**kept, "Name": "by-hand", "State": "DISABLED"})
    drifted = operated.json("status", status=1)
    assert [change["name"] for change in drifted["changed"]] == ["close"]
    assert drifted["changed"][0]["fields"] == [{"field": "state", "catalog": "ENABLED", "aws": "DISABLED"}]
    assert drifted["extra"] == ["by-hand"]

    scheduler.update_schedule(**kept)
    scheduler.delete_schedule(GroupName=group, Name="by-hand")
    assert "1 of 1 schedules match the catalog" in operated.schedules("status")


def test_more_schedules_than_a_page_are_all_seen(operated: Operated) -> None:
    scheduler = operated.clients.client("scheduler")
    group = operated.manifest.catalog_group
    found = scheduler.get_schedule(GroupName=group, Name="close")
    names = [f"extra-{number}" for number in range(130)]
    for name in names:
        scheduler.create_schedule(
            Name=name,
            GroupName=group,
            State="DISABLED",
            ScheduleExpression="rate(1 day)",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={key: found["Target"][key] for key in ("Arn", "RoleArn")},
        )

    assert operated.json("status", status=1)["extra"] == sorted(names)


def test_what_eventbridge_scheduler_gave_up_and_what_nobody_knows_are_kept_apart(operated: Operated) -> None:
    sqs, url = operated.clients.client("sqs"), operated.manifest.scheduler_dlq_url
    found = find_schedule(operated.stack, "close")
    older = wire_time(FIRES[0] - timedelta(hours=2))
    body = found.input.replace("<aws.scheduler.schedule-arn>", found.arn).replace(
        "<aws.scheduler.scheduled-time>", older
    )
    attributes = {"ERROR_CODE": "ThrottlingException", "SCHEDULE_ARN": found.arn, "SCHEDULED_TIME": older}
    sqs.send_message(
        QueueUrl=url,
        MessageBody=body,
        MessageAttributes={name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()},
    )
    sqs.send_message(QueueUrl=url, MessageBody="hello?")

    assert "ThrottlingException" in operated.schedules("undelivered", "replay", "--all", "--yes", status=1)
    # Nobody's execution role has sent either: what one of them claims is no reason to call.
    left = operated.json("undelivered", "list")["calls"]
    assert {(each["shape"], each["body"]) for each in left} == {("scheduler", None), ("unknown", "hello?")}
    operated.schedules("undelivered", "drop", "--all", "--yes")
    eventually(lambda: operated.depths()["scheduler-dlq"] == 0)
    assert datetime.fromisoformat(older) not in operated.states()


def test_a_stack_that_has_stopped_is_said_to_have(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "schedule_catalog.cli", "status", "--local", "--state", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)

    assert done.returncode == 2
    assert 'start it with "schedules dev"' in done.stderr
