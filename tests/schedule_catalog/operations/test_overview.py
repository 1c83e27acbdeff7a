"""Status and board together: what is read, and what is not read again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from schedule_catalog.operations import Board, StackStatus, overview
from schedule_catalog.operations.board_memory import FRESH, BoardMemory
from schedule_catalog.settings import parse_settings
from tests.catalog_texts import checked
from tests.schedule_catalog.operations.aws import NAMES, NOW, Clients, arn
from tests.schedule_catalog.operations.test_board import CATALOG, TODAY, deployed, ran

SETTINGS = parse_settings("prod", {})
OVER = "  over: {at: 2026-01-01T09:00, request: {path: /over}}\n"


def counted(aws: Clients) -> Counter[str]:
    """The requests by their operation, from now on."""
    asked: Counter[str] = Counter()

    def counting(name: str, ask: Callable[..., Any]) -> Callable[..., Any]:
        def count(**options: Any) -> Any:
            asked[name] += 1
            return ask(**options)

        return count

    aws.scheduler.get_schedule = counting("get_schedule", aws.scheduler.get_schedule)
    aws.dynamodb.query = counting("query", aws.dynamodb.query)
    return asked


def look(
    aws: Clients, memory: BoardMemory | None = None, text: str = CATALOG, later: timedelta = timedelta()
) -> tuple[StackStatus, Board]:
    entries = checked(text, stack="prod", now=NOW).entries
    return overview(aws.stack, entries, SETTINGS, NAMES, NOW + later, {}, memory)


def test_status_and_board_are_of_the_same_schedules() -> None:
    aws = ran(deployed(), "undelivered")
    aws.scheduler.add("by-hand")

    status, board = look(aws)

    assert (status.matching, status.extra) == (1, ("by-hand",))
    assert [(row.name, row.state) for row in board.rows] == [("nightly", "failing"), ("by-hand", "extra")]


def test_a_first_look_reads_each_schedule_and_its_runs_once_and_those_of_a_finished_entry_never() -> None:
    aws = ran(deployed())
    asked = counted(aws)

    look(aws, text=CATALOG + OVER)

    assert asked == {"get_schedule": 1, "query": 1}


def test_a_second_look_reads_runs_only_where_one_may_have_begun() -> None:
    aws, memory = ran(deployed()), BoardMemory()
    look(aws, memory)
    asked = counted(aws)

    look(aws, memory, later=timedelta(seconds=5))
    assert asked == {}
    look(aws, memory, later=FRESH)
    assert asked == {"query": 1}


def test_an_edit_that_fires_less_often_than_the_deployed_schedule_hides_no_run() -> None:
    text = CATALOG.replace("0 9 * * ? *", "* * * * ? *")
    aws = deployed(text)
    for minute in range(60):
        ran(aws, time=f"2026-11-23T08:{minute:02}:00Z")

    (row,) = look(aws)[1].rows

    assert (row.state, row.missed) == ("changed", ())


def test_a_run_of_today_counts_whether_or_not_its_definition_was_read_before() -> None:
    aws, memory = deployed(), BoardMemory()
    assert look(aws, memory)[1].rows[0].state == "missed"

    ran(aws, time=TODAY)
    assert look(aws, memory, later=FRESH)[1].rows[0].state == "ok"


def test_a_schedule_that_a_person_has_called_is_read_again_until_its_runs_are_fresh() -> None:
    aws, memory = ran(deployed()), BoardMemory()
    look(aws, memory)
    memory.note_call(arn("nightly"), NOW)
    asked = counted(aws)

    for seconds in (5, 10):
        look(aws, memory, later=timedelta(seconds=seconds))
        assert asked.pop("query") == 1
