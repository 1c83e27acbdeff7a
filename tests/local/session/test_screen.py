from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from local.dispatcher import Notice, NoticeKind
from local.session.edits import Edit
from local.session.outcomes import LoggedOutcome, OutcomeState, Remark
from local.session.screen import Screen, Upcoming

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TIME = "2026-11-23T09:00:00Z"
DELIVERED = LoggedOutcome(
    NINE, "close-invoices", TIME, "v1.3fa29c01aaaa", OutcomeState.DELIVERED, "delivered", "", 200, 12.4, ""
)
REFUSED = replace(
    DELIVERED,
    state=OutcomeState.UNDELIVERED,
    verdict="permanent",
    reason="http-404",
    status=404,
    message="the target answered 404",
)
WAITING = replace(
    REFUSED,
    state=OutcomeState.WAITING,
    verdict="retryable",
    reason="http-503",
    status=503,
    message="the target answered 503",
    due=NINE + timedelta(seconds=20),
)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


def test_a_call_is_one_line_with_everything_under_its_heading(stream: io.StringIO) -> None:
    screen = Screen(stream, {})
    screen.call(DELIVERED)
    screen.call(replace(DELIVERED, schedule="x", status=None, milliseconds=1234))

    head, first, second = stream.getvalue().splitlines()
    assert first.split()[1:] == ["close-invoices", "delivered", "200", "12", "ms", "v1.3fa29c01"]
    assert second.split()[1:] == ["x", "delivered", "1,234", "ms", "v1.3fa29c01"]
    assert head.index("run key") == first.index("v1.") == second.index("v1.")
    assert head.index("outcome") == first.index("delivered")


def shown(stream: io.StringIO, outcome: LoggedOutcome) -> list[str]:
    """The lines of one call, below the head of the table."""
    Screen(stream, {}).call(outcome)
    return [line.strip() for line in stream.getvalue().splitlines()[1:]]


def test_a_call_that_was_given_up_says_why_below(stream: io.StringIO) -> None:
    row, below = shown(stream, replace(REFUSED, attempt=5))

    assert row.split()[2:] == ["http-404", "404", "12", "ms", "v1.3fa29c01", "attempt", "5"]
    assert below == "the target answered 404: undelivered after 5 attempts"


def test_a_call_that_is_tried_again_says_when(stream: io.StringIO) -> None:
    row, below = shown(stream, WAITING)

    assert row.split()[2:4] == ["http-503", "503"]
    assert below == f"the target answered 503: waiting until {WAITING.due.astimezone():%H:%M:%S}"  # pyright: ignore[reportOptionalMemberAccess]


def test_a_call_that_a_later_attempt_delivered_says_which(stream: io.StringIO) -> None:
    (row,) = shown(stream, replace(DELIVERED, attempt=3))

    assert row.split()[2:] == ["delivered", "200", "12", "ms", "v1.3fa29c01", "attempt", "3"]


def test_a_run_that_was_skipped_took_no_time(stream: io.StringIO) -> None:
    skipped = replace(DELIVERED, state=OutcomeState.SKIPPED, verdict="", reason="overlap", status=None, milliseconds=0)
    row, below = shown(stream, skipped)

    assert row.split()[2:] == ["skipped", "v1.3fa29c01"]
    assert below == "overlap"


def test_a_duplicate_is_shown_as_one_that_was_not_called(stream: io.StringIO) -> None:
    row, why = shown(stream, replace(DELIVERED, state=OutcomeState.DUPLICATE, verdict=""))

    assert "duplicate" in row
    assert "not called again" in why


def test_a_function_that_died_in_the_middle_is_not_taken_for_an_answer(stream: io.StringIO) -> None:
    _, below = shown(stream, replace(WAITING, state=OutcomeState.UNKNOWN, message="", reason="", due=None))

    assert below == "the function ended before it could log the result"


def test_a_dead_letter_is_shown_and_an_accepted_event_waits_for_its_call(stream: io.StringIO) -> None:
    screen = Screen(stream, {})
    arn = "arn:aws:scheduler:eu-central-1:000000000000:schedule/catalog/close"
    screen.notice(Notice(NoticeKind.ACCEPTED, NINE, arn, "", NINE))
    assert stream.getvalue() == ""

    screen.notice(Notice(NoticeKind.DEAD, NINE, arn, "ResourceNotFoundException: no function", NINE))

    assert "dead-lettered" in stream.getvalue()
    assert "scheduled 2026-11-23T09:00:00Z" in stream.getvalue()


@pytest.mark.parametrize(
    ("made", "environment", "coloured"),
    [
        (Terminal, {}, True),
        (Terminal, {"NO_COLOR": "1"}, False),
        (Terminal, {"TERM": "dumb"}, False),
        (io.StringIO, {}, False),
    ],
)
def test_colours_are_for_terminals_whose_user_wants_them(
    made: type[io.StringIO], environment: dict[str, str], coloured: bool
) -> None:
    stream = made()
    Screen(stream, environment).call(DELIVERED)

    assert ("\x1b[32m" in stream.getvalue()) is coloured


def test_nothing_that_came_from_outside_drives_the_terminal(stream: io.StringIO) -> None:
    screen = Screen(stream, {})
    screen.call(replace(REFUSED, schedule="a\x1b[2J", message="b\x1b]0;title\x07"))
    screen.edits(NINE, [Edit("c", "changed", "d\x1b[1m")])

    assert "\x1b" not in stream.getvalue()


def test_next_fires_are_given_in_their_own_zone_and_in_utc(stream: io.StringIO) -> None:
    seoul = NINE.astimezone(ZoneInfo("Asia/Seoul"))
    Screen(stream, {}).upcoming([Upcoming("close", seoul, NINE, "cron(0 18 * * ? *)")], 3)

    assert "Mon 2026-11-23 18:00:00 KST" in stream.getvalue()
    assert "09:00:00 UTC" in stream.getvalue()
    assert "and 3 more" in stream.getvalue()


def test_a_stack_without_fires_says_so(stream: io.StringIO) -> None:
    Screen(stream, {}).upcoming([], 0)

    assert stream.getvalue() == "  nothing will fire\n"


def test_a_failure_that_lambda_has_back_says_so(stream: io.StringIO) -> None:
    Screen(stream, {}).call(replace(REFUSED, verdict="retryable", given_back=True))

    assert "the target answered 404: back in Lambda" in stream.getvalue()


def test_of_many_edits_of_one_kind_the_first_are_shown_and_the_others_counted(stream: io.StringIO) -> None:
    many = [Edit(f"m{number}", "added", "rate(1 hour)") for number in range(100)]
    Screen(stream, {}).edits(NINE, [*many, Edit("other", "removed")])

    lines = stream.getvalue().splitlines()
    assert [line.split()[1] for line in lines[1:11]] == [f"m{number}" for number in range(10)]
    assert "and 90 more" in lines[11]
    assert "other" in lines[12]
    assert len(lines) == 13


def test_what_the_function_wrote_besides_keeps_its_lines(stream: io.StringIO) -> None:
    Screen(stream, {}).remark(Remark(NINE, "Traceback:\n  KeyError"))

    assert [line.strip() for line in stream.getvalue().splitlines()[2:]] == ["Traceback:", "KeyError"]
