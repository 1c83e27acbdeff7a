"""Whose an undelivered call is, and whether it can be true: whoever wrote the message may have made all of it up.

The queue of what never reached the proxy is written with the execution roles: by EventBridge Scheduler for a schedule,
and by a schedule of an application that has the queue itself for its target. What tells them apart is the role, which
SQS stamps on a message as SenderId:
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
from schedule_client.contract import ADHOC, CATALOG, DIRECT
from schedule_client.contract.errors import TimeTextError
from schedule_client.contract.times import read_instant

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from schedule_catalog.operations.deployed import Deployed
    from schedule_catalog.operations.schedules import FoundSchedule

# How long after its time a call may be given up: its flexible window and EventBridge Scheduler's longest retries, a day
# each; then what the clocks of two services may differ by.
_DAY, _CLOCKS = timedelta(days=1), timedelta(minutes=5)


def read_undelivered_call(queue: str, received: Mapping[str, Any], stack: Deployed) -> UndeliveredCall:
    """Read a message as SQS gives it, with the origin of its call and what keeps it from being replayed."""
    call = read_message(queue, received)
    if call.shape == "unknown":
        return call
    origin = _origin(call, stack)
    return replace(call, origin=origin, obstacle=call.obstacle or _obstacle(call, origin, stack))


def refuse_forged(stack: Deployed, call: UndeliveredCall) -> None:
    """Raise UndeliveredCallError for a message that EventBridge Scheduler cannot have written.

    It sends the request of a schedule of the sender's origin, at a fire of it, not before and not days after. Where
    the schedule is gone, as a one-time call's is, or its fires cannot be known, role and time of the message decide.
    """
    if call.queue != SCHEDULERS:
        return
    at = _scheduled(call)
    if at is None or not -_CLOCKS <= call.at - at <= 2 * _DAY + _CLOCKS:
        raise UndeliveredCallError(
            "it cannot be replayed: EventBridge Scheduler gives a call up within two days of its time, and this one is "
            f"of {call.time or 'no time'}"
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
            return "the stack's manifest does not say who may send it: run pulumi up, then try again"
        return "no execution role of this stack has sent it, so it is not EventBridge Scheduler's"
    if origin is None:
        return "it is of a schedule group that is not this stack's"
    if origin not in (*stack.origins, DIRECT):
        return "its calls have an origin that this stack does not have"
    if call.queue == SCHEDULERS and not _may_claim(origin, stack.origin_of(*_place(call))):
        return f'it was sent by the role of "{origin}", and is not of a schedule of that origin'
    return None


def _may_claim(sender: str, claimed: str | None) -> bool:
    """Whether calls of the origin *sender* may be of a schedule whose place and name are those of *claimed*.

    Applications that have an origin by now may have schedules from before.
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
        "it cannot be replayed: no schedule of its origin sends this request, or none does any more; what it sends by "
        f"now goes by `{command}`"
    )


def _place(call: UndeliveredCall) -> tuple[str, str]:
    """The group and the name in the ARN that a call claims."""
    group, _, name = (call.arn or "").partition(":schedule/")[2].partition("/")
    return group, name


def _scheduled(call: UndeliveredCall) -> datetime | None:
    try:
        return read_instant(call.time or "")
    except TimeTextError:
        return None
