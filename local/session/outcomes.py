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

from local.errors import LogUnreadableError
from schedule_client.contract.times import read_instant

# A line becomes visible some time after the instant that it carries.
OVERLAP = timedelta(seconds=30)
# The emulator answers one request with so many lines at most, the earliest, and with no token for those after them.
MOST_LINES = 10_000
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


# Stream, instant and text; the emulator writes what an invocation said at once, to a stream of its own.
Line = tuple[str, datetime, str]


class Outcomes:
    """The lines of one log group from `since` on, each answered once; `logs` is a boto3 client of CloudWatch Logs.

    most: how many lines one request may return.
    """

    def __init__(self, logs: Any, group: str, since: datetime, most: int = MOST_LINES) -> None:
        self._logs = logs
        self._group = group
        self._since = since
        self._most = most
        self._seen: set[Line] = set()

    def new(self) -> list[LoggedOutcome | Remark]:
        """Return the lines since the last time, oldest first; none while the log cannot be read."""
        try:
            return self.read()
        except LogUnreadableError:
            return []

    def read(self) -> list[LoggedOutcome | Remark]:
        """Return the lines since the last time, oldest first; LogUnreadableError if the log cannot be read."""
        found = [line for line in dict.fromkeys(self._lines()) if line not in self._seen]
        if found:
            newest = max(at for _, at, _ in found)
            self._since = max(self._since, newest - OVERLAP)
            self._seen = {line for line in (*self._seen, *found) if line[1] >= self._since}
        invocations = groupby(found, key=lambda line: line[:2])
        return [read for (_, at), lines in invocations for read in _read(at, [text for _, _, text in lines])]

    def _lines(self) -> Iterator[Line]:
        """Every line of the log, some of them twice, in as many requests as it takes."""
        start = int(self._since.timestamp() * 1000)
        while True:
            events = self._events(start)
            for event in events:
                at = datetime.fromtimestamp(int(event["timestamp"]) / 1000, UTC)
                yield str(event["logStreamName"]), at, str(event["message"]).rstrip()
            if len(events) < self._most:
                return
            # The last instant may have more lines than came; one that has more than a request returns is left there.
            start = max(int(events[-1]["timestamp"]), start + 1)

    def _events(self, start: int) -> Sequence[Any]:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return self._logs.filter_log_events(logGroupName=self._group, startTime=start, limit=self._most)["events"]
        except self._logs.exceptions.ResourceNotFoundException:
            return []  # of a function that was never called
        except (BotoCoreError, ClientError) as error:
            raise LogUnreadableError(f'the log "{self._group}" cannot be read: {error}') from error


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
