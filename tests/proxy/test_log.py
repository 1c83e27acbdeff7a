from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.log import MAX_LABELS, MAX_MESSAGE, MAX_TEXT, Log
from proxy.metrics import State
from proxy.outcome import Outcome
from proxy.run import Act
from proxy.transport import Reply
from tests.proxy.caller import KEY, run
from tests.proxy.embedded_metrics import points
from tests.proxy.stage import NOW, TIME

STATES: tuple[State, ...] = get_args(State)
TRACE = f"00-{KEY[3:35]}-0000000000000001-01"
REFUSED = Outcome(
    "permanent",
    "http-404",
    "the target answered 404",
    Reply(404, b"", "", True),
    traceparent=TRACE,
    milliseconds=81.26,
)
TELEMETRY = Path(__file__).parents[2] / "docs/telemetry.md"
# Of CloudWatch Logs, for one event.
MOST_BYTES = 256 * 1024


def lines(output: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.getvalue().splitlines()]


def test_an_attempt_is_one_line_of_its_facts() -> None:
    output = io.StringIO()
    asking = replace(run(owner="billing", labels={"team": "billing", "cost": "a1"}), attempt=2)
    Log("shop", "prod", output).attempt(asking, REFUSED, NOW)

    assert lines(output) == [
        {
            "event": "attempt",
            "at": "2027-01-05T08:00:12.000Z",
            "owner": "billing",
            "schedule": "close-invoices",
            "scheduled_time": TIME,
            "run_key": KEY,
            "origin": "catalog",
            "attempt": 2,
            "lateness_seconds": 12.0,
            "labels": {"cost": "a1", "team": "billing"},
            "outcome": "permanent",
            "reason": "http-404",
            "status": 404,
            "milliseconds": 81.3,
            "traceparent": TRACE,
            "message": "the target answered 404",
        }
    ]


def test_what_became_of_an_event_is_the_same_line_with_its_state_and_metrics() -> None:
    output = io.StringIO()
    log = Log("shop", "prod", output)
    log.attempt(run(owner="billing"), REFUSED, NOW)
    log.settled(run(owner="billing"), "undelivered", REFUSED, NOW)

    attempt, outcome = lines(output)
    assert points(outcome)
    assert {name: value for name, value in outcome.items() if name in attempt and name != "event"} == {
        name: value for name, value in attempt.items() if name != "event"
    }
    assert (outcome["event"], outcome["state"]) == ("outcome", "undelivered")
    added = {"_aws", "Project", "Stack", "Owner", "Failed", "Latency", "state"}
    assert set(outcome) == set(attempt) | added


def test_a_delivered_run_is_one_line_of_at_most_850_bytes_with_its_metrics() -> None:
    output = io.StringIO()
    delivered = Outcome("delivered", reply=Reply(200, b"", "", True), traceparent=TRACE, milliseconds=81_234.56)
    Log("shop", "production", output).settled(run(owner="billing"), "delivered", delivered, NOW, owner="billing")

    [line] = lines(output)
    assert 750 < len(output.getvalue()) <= 850
    assert "about 800 bytes" in TELEMETRY.read_text()
    place = (("Project", "shop"), ("Stack", "production"))
    assert set(points(line)) == {(name, place) for name in ("Delivered", "Latency", "Lateness")} | {
        ("Delivered", (*place, ("Owner", "billing")))
    }


def test_an_event_that_cannot_be_read_has_its_line_too() -> None:
    output = io.StringIO()
    Log("shop", "prod", output).settled(
        None, "undelivered", Outcome("permanent", "unsupported-request", "no"), NOW, "adhoc"
    )

    [line] = lines(output)
    assert (line["origin"], line.get("run_key"), line["reason"]) == ("adhoc", None, "unsupported-request")
    assert points(line)


def test_an_event_that_was_not_tried_has_its_line_too() -> None:
    output = io.StringIO()
    Log("shop", "prod", output).settled(run(), "duplicate", None, NOW)

    [line] = lines(output)
    assert line["state"] == "duplicate"
    assert not {"outcome", "reason", "milliseconds"} & set(line)


@pytest.mark.parametrize(("minutes", "seconds"), [(0, 0.0), (1, 0.0), (15, 0.0), (16, 60.0)])
def test_a_run_is_not_late_within_its_flexible_window(minutes: int, seconds: float) -> None:
    output = io.StringIO()
    due = datetime.fromisoformat(TIME)
    Log("shop", "prod", output).attempt(run(flexible_window_minutes=15), REFUSED, due + timedelta(minutes=minutes))

    assert lines(output)[0]["lateness_seconds"] == seconds


def test_a_replayed_run_is_late_by_what_passed_since_the_replay() -> None:
    output = io.StringIO()
    replayed = replace(run(), act=Act("replay", "r1", NOW + timedelta(days=9)))
    Log("shop", "prod", output).settled(replayed, "delivered", REFUSED, NOW + timedelta(days=9, seconds=2))

    [line] = lines(output)
    assert line["lateness_seconds"] == line["Lateness"] == 2.0


HOSTILE = st.text(max_size=50) | st.sampled_from(
    ["a\nb", "\r\n\r\n{}", "\u2028\u2029\x85", "\x00\x1b[2J", "{" * 50, '"', "\U0001f600" * 100_000, "\ud800"]
)


@given(
    owner=HOSTILE,
    labels=st.dictionaries(HOSTILE, HOSTILE, max_size=5),
    message=HOSTILE | st.none(),
    state=st.sampled_from(STATES),
)
def test_whatever_an_event_says_a_line_is_one_line_and_small(
    owner: str, labels: dict[str, str], message: str | None, state: State
) -> None:
    output = io.StringIO()
    log = Log("shop", "prod", output)
    asking, outcome = run(owner=owner, labels=labels), Outcome("permanent", "bad-address", message)
    log.attempt(asking, outcome, NOW)
    log.settled(asking, state, outcome, NOW)

    text = output.getvalue()
    assert text.isascii()
    assert len(text.splitlines()) == text.count("\n") == 2
    assert [line["event"] for line in lines(output)] == ["attempt", "outcome"]
    assert max(map(len, text.splitlines())) < MOST_BYTES // 4


def test_the_longest_line_fits_a_log_event() -> None:
    wide = "\U0001f600" * 100_000
    output = io.StringIO()
    labels = {f"{number:03}{wide}": wide for number in range(100)}
    Log("shop", "prod", output).settled(
        run(owner=wide, labels=labels), "undelivered", Outcome("permanent", "x", wide), NOW
    )

    [line] = lines(output)
    assert len(output.getvalue()) < MOST_BYTES // 2
    assert (len(line["labels"]), len(line["owner"]), len(line["message"])) == (MAX_LABELS, MAX_TEXT, MAX_MESSAGE)


class _Broken:
    """A stream like standard output, which counts what it is asked to do."""

    def __init__(self) -> None:
        self.writes: list[str] = []

    def write(self, text: str) -> int:
        if text:
            self.writes.append(text)
        return len(text)

    def flush(self) -> None:
        """Nothing waits."""


def test_a_line_is_written_at_once_so_that_others_do_not_fall_into_it() -> None:
    stream: Any = _Broken()
    Log("shop", "prod", stream).attempt(run(), REFUSED, NOW)

    assert len(stream.writes) == 1
