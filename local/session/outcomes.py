"""Outcomes of calls: the proxy's own log lines, read from CloudWatch Logs as they arrive."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Any, cast

from schedule_client.contract.times import read_instant

# A line becomes visible some time after the instant that it carries.
OVERLAP = timedelta(seconds=30)
# How the traceback of a failure ends that the proxy gives back to Lambda: it says nothing that the line has not.
_GIVEN_BACK = re.compile(r"proxy\.[a-z_.]+\.\w+Error: ")
_TRACEBACK = "Traceback (most recent call last):"
_PLATFORM = ("START ", "END ", "REPORT ", "INIT_START ", "INIT_REPORT ")


class OutcomeState(StrEnum):
    """Outcome of an event, in the proxy's words."""

    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    SKIPPED = "skipped"
    DUPLICATE = "duplicate"  # of a run that is settled, or at work elsewhere
    WAITING = "waiting"  # for its next attempt
    UNKNOWN = ""  # the function ended before it could say


FINAL = frozenset({OutcomeState.DELIVERED, OutcomeState.UNDELIVERED, OutcomeState.SKIPPED})


@dataclass(frozen=True, slots=True)
class LoggedOutcome:
    """Result of one invocation for one run, as the proxy logged it.

    attempt: how many attempts there were by then.
    due: when the next attempt is, of a run that waits.
    given_back: whether Lambda was asked to try again.
    """

    at: datetime
    schedule: str
    scheduled_time: str
    run_key: str
    state: OutcomeState
    verdict: str
    reason: str
    status: int | None
    milliseconds: float
    message: str
    attempt: int = 1
    due: datetime | None = None
    given_back: bool = False

    @property
    def delivered(self) -> bool:
        """Whether the target answered with 2xx."""
        return self.state is OutcomeState.DELIVERED


@dataclass(frozen=True, slots=True)
class Remark:
    """Other output of one invocation: a crash, a timeout, a print."""

    at: datetime
    text: str


class Outcomes:
    """The lines of one log group from `since` on, each answered once; `logs` is a boto3 client of CloudWatch Logs."""

    def __init__(self, logs: Any, group: str, since: datetime) -> None:
        self._logs = logs
        self._group = group
        self._since = since
        self._seen: dict[tuple[str, int, str], datetime] = {}

    def new(self) -> list[LoggedOutcome | Remark]:
        """Return the lines since the last time, oldest first; none while the log cannot be read."""
        found = list(self._lines())
        if found:
            newest = max(at for _, at, _ in found)
            self._since = max(self._since, newest - OVERLAP)
            self._seen = {key: at for key, at in self._seen.items() if at >= self._since}
        invocations = groupby(found, key=lambda line: line[:2])
        return [read for (_, at), lines in invocations for read in _read(at, [text for _, _, text in lines])]

    def _lines(self) -> Iterator[tuple[str, datetime, str]]:
        """Stream, instant and text; the emulator writes what an invocation said at once, to a stream of its own."""
        from botocore.exceptions import BotoCoreError, ClientError

        start = int(self._since.timestamp() * 1000)
        try:
            answer = self._logs.filter_log_events(logGroupName=self._group, startTime=start)
        except (BotoCoreError, ClientError):
            return
        for event in answer["events"]:
            key = (str(event["logStreamName"]), int(event["timestamp"]), str(event["message"]))
            if key not in self._seen:
                at = datetime.fromtimestamp(key[1] / 1000, UTC)
                self._seen[key] = at
                yield key[0], at, key[2].rstrip()


def _read(at: datetime, lines: Sequence[str]) -> Iterator[LoggedOutcome | Remark]:
    said = [line for line in lines if line.strip() and not line.startswith(_PLATFORM)]
    records = [record for line in said if (record := _json(line)) is not None]
    besides = [line for line in said if _json(line) is None]
    unexpected = _without_hand_over(besides)
    for record in _settled(records):
        yield _outcome(at, record, given_back=len(unexpected) < len(besides))
    if unexpected:
        yield Remark(at, "\n".join(unexpected))


def _settled(records: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines on outcomes; those on attempts where the function ended before it could say what became of them."""
    outcomes = [record for record in records if record.get("event") == "outcome"]
    settled = {record.get("run_key") for record in outcomes}
    attempts = [record for record in records if record.get("event") == "attempt"]
    return outcomes + [record for record in attempts if record.get("run_key") not in settled]


def _without_hand_over(lines: list[str]) -> list[str]:
    end = next((number for number, line in enumerate(lines) if _GIVEN_BACK.match(line)), None)
    if end is None or _TRACEBACK not in lines[:end]:
        return lines
    return lines[: lines.index(_TRACEBACK)] + lines[end + 1 :]


def _outcome(at: datetime, record: dict[str, Any], *, given_back: bool) -> LoggedOutcome:
    get: Callable[[str], Any] = record.get
    due: str | None = get("due")
    return LoggedOutcome(
        at=at,
        schedule=get("schedule") or "",
        scheduled_time=get("scheduled_time") or "",
        run_key=get("run_key") or "",
        state=OutcomeState(get("state") or ""),
        verdict=get("outcome") or "",
        reason=get("reason") or "",
        status=get("status"),
        milliseconds=float(get("milliseconds") or 0),
        message=get("message") or "",
        attempt=get("attempt") or 1,
        due=read_instant(due) if due else None,
        given_back=given_back,
    )


def _json(text: str) -> dict[str, Any] | None:
    try:
        found: object = json.loads(text)
    except ValueError:
        return None
    return cast("dict[str, Any]", found) if isinstance(found, dict) else None
