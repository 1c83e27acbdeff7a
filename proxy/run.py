"""One run of one schedule: the request, its owner, and the key under which it happens once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, Protocol

from schedule_client.contract.records import frozen
from schedule_client.contract.times import read_instant

if TYPE_CHECKING:
    from schedule_client.contract.request import Request
    from schedule_client.contract.series import Series


class LambdaContext(Protocol):
    """Part of Lambda's context object that the proxy uses.

    https://docs.aws.amazon.com/lambda/latest/dg/python-context.html
    """

    @property
    def aws_request_id(self) -> str:
        """Lambda's ID of the invocation, the same when it invokes again."""
        ...

    @property
    def invoked_function_arn(self) -> str:
        """Function, with its alias if one was invoked."""
        ...

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds before Lambda ends the invocation."""
        ...


@frozen
class Schedule:
    """Schedule of a run, and its due time as EventBridge Scheduler wrote it."""

    name: str
    arn: str
    time: str

    @property
    def due(self) -> datetime:
        """Due time, aware, in UTC."""
        return read_instant(self.time)

    @property
    def group(self) -> str:
        """Schedule group, from the ARN."""
        return self.arn.split("/")[1]


@frozen
class Act:
    """Act of a person at `at`: a replay of a run, or a trigger, of a `fresh` run or of the schedule's own."""

    kind: Literal["replay", "trigger"]
    id: str
    at: datetime
    fresh: bool = False


@frozen
class Run:
    """Request in progress; `schedule` is absent if only the caller requested it.

    key: the run key, the same for all attempts at this run and for its duplicates.
    partition, sort: its key in the run ledger.
    caller_key: the application's own key of a keyed call.
    attempt: counts from 1.
    content: hash of the request of a call with a caller's key.
    series: of a schedule that recurs, what its event says of all its runs.
    """

    request: Request
    origin: str
    key: str
    partition: str
    sort: str
    schedule: Schedule | None = None
    act: Act | None = None
    caller_key: str | None = None
    attempt: int = 1
    content: str | None = None
    series: Series | None = None

    @property
    def name(self) -> str:
        """Name of the schedule; without one, method and host, as in the template's schedules."""
        if self.schedule is not None:
            return self.schedule.name
        authority = (self.request.url or "").partition("//")[2].partition("/")[0].partition("?")[0]
        return f"{self.request.method} {self.request.service or authority.rpartition('@')[2][:200]}"

    @property
    def begins(self) -> datetime | None:
        """Start of its age: a person's act, else the end of its window; None for a direct call."""
        if self.act is not None:
            return self.act.at
        if self.schedule is None:
            return None
        return self.schedule.due + timedelta(minutes=self.request.flexible_window_minutes or 0)
