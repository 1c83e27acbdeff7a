"""Undelivered calls, delivered again: sent first, then deleted, so that a kill between loses nothing."""

from __future__ import annotations

import json
import shlex
from datetime import datetime
from typing import TYPE_CHECKING, Any

from schedule_catalog.operations.errors import ScheduleError, UndeliveredCallError
from schedule_catalog.operations.invocation import request_of, wire_time
from schedule_catalog.operations.schedules import get_schedule
from schedule_catalog.operations.translation import asking
from schedule_catalog.operations.undelivered_queues import SCHEDULERS
from schedule_client.contract.times import read_instant

if TYPE_CHECKING:
    from schedule_catalog.operations.deployed import Deployed
    from schedule_catalog.operations.undelivered_call import UndeliveredCall
    from schedule_catalog.operations.undelivered_queues import UndeliveredQueues


def replay(
    stack: Deployed, mailbox: UndeliveredQueues, letter: UndeliveredCall, now: datetime, identifier: str
) -> None:
    """Hand a call to the proxy anew and delete its message.

    The proxy calls in its own time; a call that fails again is back in the queue by its doing. A kill between the two
    steps leaves the message beside the call: replayed once more, its run key makes it no second call while the run
    ledger remembers. Raises UndeliveredCallError for a message that cannot be replayed, which stays as it is.
    """
    event = replayed_event(letter, now, identifier)
    _refuse_forged(stack, letter)
    mailbox.keep(letter)
    functions = stack.clients.client("lambda")
    function = stack.manifest.aliases.get(letter.origin or "") or stack.manifest.function
    with asking("lambda:InvokeFunction", function):
        functions.invoke(
            FunctionName=function,
            InvocationType="Event",
            Payload=json.dumps(event, ensure_ascii=False).encode(),
        )
    mailbox.delete(letter)


def replayed_event(letter: UndeliveredCall, now: datetime, identifier: str) -> dict[str, Any]:
    """Return the event with the mark of a replay, from which age and attempts start anew.

    An event that no schedule is behind has no member for it; it is sent as it came.
    """
    if letter.event is None or letter.obstacle is not None:
        raise UndeliveredCallError(f"it cannot be replayed: {letter.obstacle}")
    if "v" not in letter.event or "schedule" not in letter.event:
        return letter.event
    event = {key: value for key, value in letter.event.items() if key != "trigger"}
    return {**event, "replay": {"id": identifier, "at": wire_time(now)}}


def _refuse_forged(stack: Deployed, letter: UndeliveredCall) -> None:
    """Refuse what no schedule of the catalog sends, from the queue that not only EventBridge Scheduler writes.

    Whoever makes schedules at run time can have them write that queue, by the role that they run with: a person would
    deliver their request by the catalog's alias, where it may carry the catalog's secrets.
    """
    if letter.queue != SCHEDULERS or letter.origin == "adhoc" or _is_sent(stack, letter):
        return
    command = shlex.join(("schedules", "trigger", letter.schedule or "NAME", "--as-of", letter.time or "TIME"))
    raise UndeliveredCallError(
        "it cannot be replayed: no schedule of the catalog sends this request, or none does any more; what it sends "
        f"by now goes by `{command}`"
    )


def _is_sent(stack: Deployed, letter: UndeliveredCall) -> bool:
    found = get_schedule(stack, stack.manifest.catalog_group, letter.schedule) if letter.schedule else None
    try:
        return found is not None and request_of(found, read_instant(letter.time or ""), "") == letter.event
    except (ScheduleError, ValueError):
        return False
