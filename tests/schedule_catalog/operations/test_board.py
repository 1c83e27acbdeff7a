from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from schedule_catalog.calendars import UNREAD, Calendars
from schedule_catalog.operations import Board, BoardRow, board, overview, stack_status, take_inventory
from schedule_catalog.operations.board import MOST_RUN_TIME, RUNS, STATES
from schedule_catalog.operations.board_memory import BoardMemory
from schedule_catalog.settings import parse_settings
from tests.catalog_texts import calendars, checked
from tests.schedule_catalog.operations.aws import MANIFEST, NAMES, NOW, Clients, arn, request
from tests.schedule_catalog.operations.records import record

if TYPE_CHECKING:
    from schedule_client.contract.ledger import State

CATALOG = """
owner: billing
defaults: {service: callback}
schedules:
  nightly: {cron: "0 9 * * ? *", timezone: Asia/Seoul, request: {path: /close}}
"""
SETTINGS = parse_settings("prod", {})
TODAY = "2026-11-23T00:00:00Z"  # the fire of `nightly` in UTC


def board_of(aws: Clients, text: str = CATALOG, now: datetime = NOW, known: Calendars = UNREAD) -> Board:
    catalog = checked(text, stack="prod", now=now, calendars=known)
    assert not catalog.errors
    inventory = take_inventory(aws.stack, catalog.entries, SETTINGS, now)
    return board(aws.stack, catalog.entries, inventory, stack_status(aws.stack, inventory, SETTINGS, NAMES), now)


def deployed(text: str = CATALOG) -> Clients:
    from schedule_catalog.deployment.arguments import schedule_arguments
    from tests.schedule_catalog.operations.deployment import deploy

    aws = Clients()
    for entry in checked(text, stack="prod", now=NOW).entries:
        arguments = schedule_arguments(entry, NOW, SETTINGS)
        assert arguments is not None
        deploy(aws, arguments)
    return aws


def ran(aws: Clients, state: State = "delivered", time: str = TODAY, **values: Any) -> Clients:
    aws.dynamodb.items.append(replace(record("nightly", time), state=state, **values).to_item())
    return aws


def row(aws: Clients, now: datetime = NOW) -> BoardRow:
    (only,) = board_of(aws, now=now).rows
    return only


def test_a_row_shows_owner_target_last_runs_and_next_fire() -> None:
    found = row(ran(ran(deployed(), time="2026-11-22T00:00:00Z")))

    assert (found.state, found.owner, found.origin, found.target) == (
        "ok",
        "billing",
        "catalog",
        "POST callback: /close",
    )
    assert found.runs is not None
    assert [run.sort for run in found.runs] == [TODAY, "2026-11-22T00:00:00Z"]
    assert found.next_fire == datetime(2026, 11, 24, tzinfo=NOW.tzinfo)


@pytest.mark.parametrize(
    ("state", "shown"),
    [("undelivered", "failing"), ("skipped", "skipped"), ("waiting", "retrying"), ("delivered", "ok")],
)
def test_the_newest_run_decides(state: State, shown: str) -> None:
    assert row(ran(ran(deployed(), state), time="2026-11-22T00:00:00Z")).state == shown


def test_a_run_that_is_still_running_leaves_the_one_before_it_to_decide() -> None:
    aws = ran(ran(deployed(), "running"), "undelivered", time="2026-11-22T00:00:00Z")

    assert row(aws).state == "failing"


def test_a_fire_without_a_run_is_missed() -> None:
    found = row(ran(deployed(), time="2026-11-22T00:00:00Z"))

    assert (found.state, found.missed) == ("missed", (datetime(2026, 11, 23, tzinfo=NOW.tzinfo),))


def test_an_edit_that_was_never_deployed_has_missed_nothing() -> None:
    found = board_of(ran(deployed()), CATALOG.replace("0 9 * * ? *", "0 * * * ? *")).rows[0]

    assert (found.state, found.missed) == ("changed", ())


def test_a_schedule_that_has_not_run_yet_is_new() -> None:
    aws = deployed()
    created = NOW - timedelta(minutes=1)
    aws.scheduler.schedules[NAMES.catalog_group, "nightly"].update(CreationDate=created, LastModificationDate=created)

    assert row(aws).state == "new"


def test_what_is_not_as_the_catalog_says_is_seen() -> None:
    assert row(Clients()).state == "missing"
    aws = ran(deployed())
    aws.scheduler.schedules[NAMES.catalog_group, "nightly"]["Description"] = "by hand"
    assert row(aws).state == "changed"
    aws = ran(deployed())
    aws.scheduler.add("by-hand")
    assert [(each.name, each.state) for each in board_of(aws).rows] == [("by-hand", "extra"), ("nightly", "ok")]


def test_a_disabled_schedule_has_no_next_fire() -> None:
    text = CATALOG.replace("timezone:", "enabled: false, timezone:")
    aws = deployed(text)
    (found,) = board_of(aws, text).rows

    assert (found.state, found.next_fire) == ("disabled", None)


def test_a_rate_without_a_start_is_counted_from_its_newest_run() -> None:
    text = CATALOG.replace('cron: "0 9 * * ? *", timezone: Asia/Seoul', "rate: 45 minutes")
    aws = deployed(text)
    assert board_of(aws, text).rows[0].next_fire is None

    ran(aws, time="2026-11-23T08:20:00Z")
    assert board_of(aws, text).rows[0].next_fire == datetime(2026, 11, 23, 9, 5, tzinfo=NOW.tzinfo)


def test_the_next_fire_is_none_that_a_calendar_or_a_freeze_leaves_out() -> None:
    days = {
        "fair": "description: x\ndates: [2026-11-24, {from: 2026-11-25, to: 2026-11-26, reason: fair}]",
        "books": "description: x\ntimezone: UTC\ndates: [{from: 2026-11-27T00:00, to: 2026-11-28T12:00, reason: x}]",
    }
    known = calendars(**days).freezing({"prod": parse_settings("prod", {"freezes": ["books"]})})
    text = CATALOG.replace("timezone:", "not_on: [fair], timezone:")
    aws = deployed()

    assert row(aws).next_fire == datetime(2026, 11, 24, tzinfo=UTC)
    assert board_of(aws, text, known=known).rows[0].next_fire == datetime(2026, 11, 29, tzinfo=UTC)


@pytest.mark.parametrize(("rate", "due"), [("45 minutes", "2026-11-25T11:20"), ("7 days", "2026-11-30T08:20")])
def test_a_paused_rate_goes_on_in_its_intervals(rate: str, due: str) -> None:
    pause = "pause: {until: 2026-11-25T11:00, reason: move}"
    text = CATALOG.replace('cron: "0 9 * * ? *", timezone: Asia/Seoul', f"rate: {rate}, {pause}")
    aws = ran(deployed(text), "skipped", time="2026-11-23T08:20:00Z")

    assert board_of(aws, text).rows[0].next_fire == datetime.fromisoformat(f"{due}Z")


def test_schedules_of_applications_are_rows_with_their_application_as_origin() -> None:
    aws = ran(deployed())
    aws.scheduler.add(
        "shop-42",
        NAMES.adhoc_group,
        ScheduleExpression="at(2026-11-23T10:00:00)",
        Target={"Arn": MANIFEST.aliases["adhoc"], "Input": request("shop-42", owner="web")},
    )

    found = next(each for each in board_of(aws).rows if each.name == "shop-42")
    assert (found.origin, found.owner, found.state, found.entry) == ("shop", "web", "new", None)
    assert found.target == "POST https://api.example.com/run"
    assert found.next_fire == NOW + timedelta(hours=1)


def test_a_million_pending_calls_do_not_end_up_in_one_answer() -> None:
    aws = ran(deployed())
    for number in range(MOST_RUN_TIME + 1):
        aws.scheduler.add(f"shop-{number:05}", NAMES.adhoc_group)

    found = board_of(aws)
    assert (len(found.rows), found.truncated) == (MOST_RUN_TIME + 1, True)


def test_rows_come_worst_first_and_are_counted() -> None:
    text = CATALOG + "  other: {cron: '0 9 * * ? *', request: {path: /other}}\n"
    aws = ran(deployed(text), "undelivered")
    found = board_of(aws, text)

    assert [each.state for each in found.rows] == ["failing", "missed"]
    assert found.counts == {"failing": 1, "missed": 1}


def test_one_query_of_the_ledger_is_made_for_each_schedule() -> None:
    aws = deployed()
    for day in range(1, 23):
        ran(aws, time=f"2026-11-{day:02}T00:00:00Z")
    asked: list[Any] = []
    query = aws.dynamodb.query
    aws.dynamodb.query = lambda **options: asked.append(options) or query(**options)

    found = row(aws)

    assert len(asked) == 1
    assert found.runs is not None
    assert len(found.runs) == RUNS


def test_without_the_ledger_the_board_knows_no_runs() -> None:
    aws = Clients(replace(MANIFEST, ledger_table=None))
    aws.scheduler.add("nightly", ScheduleExpressionTimezone="Asia/Seoul")
    found = row(aws)

    assert (found.runs, found.missed, found.state) == (None, (), "changed")


def test_a_request_of_somebody_else_has_no_target() -> None:
    aws = Clients()
    aws.scheduler.add("by-hand", Target={"Arn": "x", "Input": "no JSON"})

    assert next(each for each in board_of(aws).rows if each.name == "by-hand").target is None


def test_ok_is_the_last_of_the_states() -> None:
    assert STATES[-1] == "ok"


def test_a_rate_with_a_start_that_has_passed_needs_no_run_for_its_next_fire() -> None:
    text = CATALOG.replace('cron: "0 9 * * ? *", timezone: Asia/Seoul', "rate: 45 minutes")
    aws = deployed(text)
    aws.scheduler.schedules[NAMES.catalog_group, "nightly"]["StartDate"] = NOW - timedelta(minutes=50)

    assert board_of(aws, text).rows[0].next_fire == NOW + timedelta(minutes=40)


def test_schedules_that_applications_no_longer_have_are_forgotten() -> None:
    aws, memory = ran(deployed()), BoardMemory()
    catalog = checked(CATALOG, stack="prod", now=NOW)
    for call in range(20):
        name = f"shop-{call}"
        aws.scheduler.add(name, NAMES.adhoc_group)
        overview(aws.stack, catalog.entries, SETTINGS, NAMES, NOW + timedelta(minutes=10 * call), {}, memory)
        del aws.scheduler.schedules[NAMES.adhoc_group, name]

    remembered = {*memory._found, *memory._runs}  # pyright: ignore[reportPrivateUsage]
    assert remembered == {arn("nightly"), arn("shop-19", NAMES.adhoc_group)}
