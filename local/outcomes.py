"""What became of each call: the proxy's own log lines, read from CloudWatch Logs as they come."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

# A line becomes visible some time after the instant that it carries.
OVERLAP = timedelta(seconds=30)
_PLATFORM = ("START ", "END ", "REPORT ", "INIT_START ", "INIT_REPORT ")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One attempt at one call, as the proxy logged it."""

    at: datetime
    schedule: str
    run_key: str
    verdict: str
    reason: str
    status: int | None
    milliseconds: float
    message: str

    @property
    def delivered(self) -> bool:
        """Whether the target answered with 2xx."""
        return self.verdict == "delivered"


@dataclass(frozen=True, slots=True)
class Remark:
    """A line that the function wrote besides its attempts: a crash, a timeout, a print."""

    at: datetime
    text: str


class Outcomes:
    """The lines of one log group from `since` on, each answered once; `logs` is a boto3 client of CloudWatch Logs."""

    def __init__(self, logs: Any, group: str, since: datetime) -> None:
        self._logs = logs
        self._group = group
        self._since = since
        self._seen: dict[tuple[str, int, str], datetime] = {}

    def new(self) -> list[Outcome | Remark]:
        """What was written since the last time, oldest first; nothing while the log cannot be read."""
        found = list(self._lines())
        if found:
            newest = max(at for at, _ in found)
            self._since = max(self._since, newest - OVERLAP)
            self._seen = {key: at for key, at in self._seen.items() if at >= self._since}
        return [read for at, text in found if (read := _read(at, text)) is not None]

    def _lines(self) -> Iterator[tuple[datetime, str]]:
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
                yield at, key[2]


def _read(at: datetime, text: str) -> Outcome | Remark | None:
    text = text.strip()
    if not text or text.startswith(_PLATFORM):
        return None
    line = _json(text)
    if line is None or line.get("event") != "attempt":
        return None if line is not None else Remark(at, text)
    get: Callable[[str], Any] = line.get
    return Outcome(
        at=at,
        schedule=get("schedule") or "",
        run_key=get("run_key") or "",
        verdict=get("outcome") or "",
        reason=get("reason") or "",
        status=get("status"),
        milliseconds=float(get("milliseconds") or 0),
        message=get("message") or "",
    )


def _json(text: str) -> dict[str, Any] | None:
    try:
        found: object = json.loads(text)
    except ValueError:
        return None
    return cast("dict[str, Any]", found) if isinstance(found, dict) else None
