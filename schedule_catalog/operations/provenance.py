"""Origin and plausibility of an undelivered call: the writer of a message may have forged all of it.

The execution roles may write to the Scheduler DLQ: EventBridge Scheduler does it for a schedule, and so does an
application's schedule that has the queue itself as its target. Only the role tells them apart, which SQS records as the
SenderId of a message:
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Message.html
"""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from schedule_catalog.operations.errors import FireError, NotRunnableError, UndeliveredCallError
from schedule_catalog.operations.fire_times import check_fire
from schedule_catalog.operations.invocation import request_of
from schedule_catalog.operations.schedules import get_schedule
from schedule_catalog.operations.undelivered_call import SCHEDULERS, UndeliveredCall, read_message
from schedule_client.contract.errors import TimeTextError
from schedule_client.contract.origins import ADHOC, CATALOG, DIRECT
from schedule_client.contract.times import read_instant

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from schedule_catalog.operations.deployed import Deployed
    from schedule_catalog.operations.schedules import FoundSchedule

# A call may fail for this long after its time: its flexible window and EventBridge Scheduler's longest retries, a day
# each, plus the difference between the clocks of two services.
_DAY, _CLOCKS = timedelta(days=1), timedelta(minutes=5)


def read_undelivered_call(queue: str, received: Mapping[str, Any], stack: Deployed) -> UndeliveredCall:
    """Read a message from SQS, with the origin of its call and the obstacle to a replay."""
    call = read_message(queue, received)
    if call.shape == "unknown":
        return call
    origin = _origin(call, stack)
    return replace(call, origin=origin, obstacle=call.obstacle or _obstacle(call, origin, stack))


def refuse_forged(stack: Deployed, call: UndeliveredCall) -> None:
    """Raise UndeliveredCallError for a message that EventBridge Scheduler cannot have written.

    A genuine message has the request of a schedule of the sender's origin, at one of its fires, and is sent within days
    of it. If the schedule is deleted, as after a one-time call, or its fires are unknown, role and time decide.
    """
    if call.queue != SCHEDULERS:
        return
    at = _scheduled(call)
    if at is None or not -_CLOCKS <= call.at - at <= 2 * _DAY + _CLOCKS:
        raise UndeliveredCallError(
            "it cannot be replayed: EventBridge Scheduler drops a call within two days of its time, and this call is "
            f"due at {call.time or 'no time'}"
        )
    found = get_schedule(stack, *_place(call))
    if found is not None:
        _refuse_another(found, call, at)
    elif call.origin == CATALOG:
        raise _not_sent(call)


def _origin(call: UndeliveredCall, stack: Deployed) -> str | None:
    if call.queue == SCHEDULERS:
        return stack.origin_of_sender(call.sender)
    return call.origin or stack.origin_of(*_place(call)) or (DIRECT if call.event and not call.arn else None)


def _obstacle(call: UndeliveredCall, origin: str | None, stack: Deployed) -> str | None:
    if call.queue == SCHEDULERS and origin is None:
        if not stack.manifest.senders:
            return "the stack's manifest lacks the senders: run pulumi up, then try again"
        return "it was not sent by an execution role of this stack, so not by EventBridge Scheduler"
    if origin is None:
        return "its schedule group is not one of this stack"
    if origin not in (*stack.origins, DIRECT):
        return "this stack does not have the origin of its calls"
    if call.queue == SCHEDULERS and not _may_claim(origin, stack.origin_of(*_place(call))):
        return f'it was sent by the role of "{origin}", but its schedule has another origin'
    return None


def _may_claim(sender: str, claimed: str | None) -> bool:
    """Whether calls of the origin *sender* may be of a schedule with the group and name of *claimed*.

    An application with an origin may still have schedules that are older than it.
    """
    return sender == claimed or (sender == ADHOC and claimed not in (CATALOG, None))


def _refuse_another(found: FoundSchedule, call: UndeliveredCall, at: datetime) -> None:
    try:
        if not _same(request_of(found, at, ""), call.event) or at < found.created.replace(second=0, microsecond=0):
            raise _not_sent(call)
        if found.fires_are_known:
            check_fire(found, at, known=False)
    except (NotRunnableError, FireError) as error:
        raise UndeliveredCallError(f"it cannot be replayed: {error}") from error


def _same(request: dict[str, Any], event: dict[str, Any] | None) -> bool:
    """Whether two requests are the same JSON: to Python `true` equals 1."""
    return request == event and json.dumps(request, sort_keys=True) == json.dumps(event, sort_keys=True)


def _not_sent(call: UndeliveredCall) -> UndeliveredCallError:
    command = shlex.join(("schedules", "trigger", call.schedule or "NAME", "--as-of", call.time or "TIME"))
    return UndeliveredCallError(
        "it cannot be replayed: no schedule of its origin sends this request, or none does any more; to send the "
        f"current request, run `{command}`"
    )


def _place(call: UndeliveredCall) -> tuple[str, str]:
    """Group and name in the ARN of a call."""
    group, _, name = (call.arn or "").partition(":schedule/")[2].partition("/")
    return group, name


def _scheduled(call: UndeliveredCall) -> datetime | None:
    try:
        return read_instant(call.time or "")
    except TimeTextError:
        return None
