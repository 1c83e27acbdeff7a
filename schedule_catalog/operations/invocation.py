"""Manual run of a schedule: its request, sent now, and the response."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

from schedule_catalog.operations.errors import NotRunnableError
from schedule_catalog.operations.translation import asking
from schedule_client.contract.origins import ADHOC
from schedule_client.contract.times import wire_time

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from schedule_catalog.operations.deployed import Deployed
    from schedule_catalog.operations.schedules import FoundSchedule

Run: TypeAlias = Literal["fresh", "own"]


@dataclass(frozen=True, slots=True)
class Invocation:
    """Call, ready to be made; `scheduled` is the time in its event.

    arn, schedule: ARNs of the alias to invoke, and of the schedule.
    """

    arn: str
    schedule: str
    event: dict[str, Any]
    scheduled: datetime
    run: Run

    @property
    def target(self) -> str:
        """Method and target, for people."""
        service, path = self.event.get("service"), self.event.get("path")
        where = self.event.get("target_url") or f"{path} at the service {service}"
        return f"{self.event.get('method', 'POST')} {where}"


@dataclass(frozen=True, slots=True)
class Answer:
    """Response of the proxy.

    handed_over: whether the run retries by itself, because it was already in progress.
    status: the target's, None without a response.
    content: the target's response: JSON, or text.
    outcome, reason, message: the proxy's verdict; reason and message are None for a delivered call.
    """

    delivered: bool
    handed_over: bool
    status: int | None
    content: Any
    outcome: str
    reason: str | None
    message: str | None
    run_key: str | None
    milliseconds: float


def prepare(
    stack: Deployed, schedule: FoundSchedule, now: datetime, identifier: str, *, as_of: datetime | None, again: bool
) -> Invocation:
    """Return the call of a schedule as deployed, with one attempt.

    as_of: fire of the schedule whose run this is, unless *again* makes it a separate run; None for a new run.
    identifier: unique, for a separate run.
    Raises NotRunnableError for a schedule that does not send requests of this program.
    """
    scheduled = (as_of or now).replace(microsecond=0)
    run: Run = "fresh" if as_of is None or again else "own"
    event = request_of(schedule, scheduled, identifier)
    retry = cast("dict[str, Any]", event.get("retry") or {})
    event["retry"] = {**retry, "max_attempts": 1}
    event["trigger"] = {"id": identifier, "at": wire_time(now), "run": run}
    return Invocation(_alias(stack, schedule), schedule.arn, event, scheduled, run)


def make(stack: Deployed, call: Invocation, monotonic: Callable[[], float]) -> Answer:
    """Make a call and wait for the response."""
    functions = stack.clients.client("lambda")
    began = monotonic()
    with asking("lambda:InvokeFunction", call.arn):
        answer = functions.invoke(
            FunctionName=call.arn,
            InvocationType="RequestResponse",
            Payload=json.dumps(call.event, ensure_ascii=False).encode(),
        )
        payload = answer["Payload"].read()
    return _answer(payload, answer.get("FunctionError"), (monotonic() - began) * 1000)


def request_of(schedule: FoundSchedule, scheduled: datetime, identifier: str) -> dict[str, Any]:
    """Return the Input with its context attributes replaced, as EventBridge Scheduler does it.

    Raises NotRunnableError for an Input that is not a request of this program.
    https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
    """
    attributes = {
        "schedule-arn": schedule.arn,
        "scheduled-time": wire_time(scheduled),
        "execution-id": identifier[:16],
        "attempt-number": "1",
    }
    text = schedule.input
    for keyword, value in attributes.items():
        text = text.replace(f"<aws.scheduler.{keyword}>", value)
    try:
        event: object = json.loads(text)
    except (ValueError, RecursionError):
        event = None
    if not isinstance(event, dict) or "v" not in event:
        raise NotRunnableError(
            f'"{schedule.name}" does not send a request of this catalog, so it was changed by hand: '
            'see "schedules status"'
        )
    return cast("dict[str, Any]", event)


def _alias(stack: Deployed, schedule: FoundSchedule) -> str:
    origin = _origin(stack, schedule)
    if origin is None:
        raise NotRunnableError(f'"{schedule.arn}" is not a schedule of the stack "{stack.manifest.stack}"')
    return stack.alias_of(origin)


def _origin(stack: Deployed, schedule: FoundSchedule) -> str | None:
    """Origin of the calls of a deployed schedule.

    `adhoc` if it has that role: its creator was allowed to pass the role, which the target does not prove.
    """
    if schedule.group == stack.manifest.adhoc_group and schedule.role == stack.manifest.adhoc_role_arn:
        return ADHOC
    return stack.origin_of(schedule.group, schedule.name)


def _answer(payload: bytes, function_error: str | None, milliseconds: float) -> Answer:
    """Read the result of the function; a failed function has none."""
    try:
        returned: Any = json.loads(payload)
        body: Any = None if function_error else json.loads(returned["body"])
    except (ValueError, TypeError, KeyError):
        returned, body = None, None
    if not isinstance(body, dict):
        said: Any = cast("dict[str, Any]", returned).get("errorMessage") if isinstance(returned, dict) else None
        message = str(said or "the proxy returned an unreadable result")
        return Answer(False, False, None, None, "failed", "function-error", message, None, milliseconds)
    found = cast("dict[str, Any]", body)
    return Answer(
        delivered=found.get("success") is True,
        handed_over=found.get("handed_over") is True,
        status=found.get("api_status"),
        content=found.get("api_response"),
        outcome=str(found.get("outcome") or ""),
        reason=found.get("reason"),
        message=found.get("message"),
        run_key=found.get("run_key"),
        milliseconds=milliseconds,
    )
