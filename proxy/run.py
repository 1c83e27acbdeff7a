"""One run of one schedule: the request, whose it is, and the key under which it happens once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, Protocol

from schedule_client.contract import frozen
from schedule_client.contract.times import read_instant

if TYPE_CHECKING:
    from schedule_client.contract import Request


class LambdaContext(Protocol):
    """What the proxy uses of Lambda's context object.

    https://docs.aws.amazon.com/lambda/latest/dg/python-context.html
    """

    @property
    def aws_request_id(self) -> str:
        """Lambda's id of the invocation, the same when it invokes again."""
        ...

    @property
    def invoked_function_arn(self) -> str:
        """The function by its alias, where it was invoked by one."""
        ...

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds before Lambda ends the invocation."""
        ...


@frozen
class Schedule:
    """The schedule behind a run, and the time it was due as EventBridge Scheduler wrote it."""

    name: str
    arn: str
    time: str

    @property
    def due(self) -> datetime:
        """The time, aware, in UTC."""
        return read_instant(self.time)

    @property
    def group(self) -> str:
        """The schedule group, from the ARN."""
        return self.arn.split("/")[1]


@frozen
class Act:
    """What a person did at `at`: a replay of a run, or a trigger, of a `fresh` run or of the schedule's own."""

    kind: Literal["replay", "trigger"]
    id: str
    at: datetime
    fresh: bool = False


@frozen
class Run:
    """A request on its way; `schedule` is absent when nobody but the caller asked for it.

    key: the run key, the same for all attempts at this run and for its duplicates.
    partition, sort: where the run ledger has it.
    caller_key: the application's own key of a keyed call.
    attempt: counts from 1.
    content: of a call with a key of the caller's, a hash of what it asks for.
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

    @property
    def name(self) -> str:
        """The schedule's name; for a call without one its method and host, as the template's schedules make it."""
        if self.schedule is not None:
            return self.schedule.name
        authority = (self.request.url or "").partition("//")[2].partition("/")[0].partition("?")[0]
        return f"{self.request.method} {self.request.service or authority.rpartition('@')[2][:200]}"

    @property
    def begins(self) -> datetime | None:
        """When its age begins to count: at a person's act, else at the end of its window; None for a direct call."""
        if self.act is not None:
            return self.act.at
        if self.schedule is None:
            return None
        return self.schedule.due + timedelta(minutes=self.request.flexible_window_minutes or 0)
