"""Replay of undelivered calls: sent first, then deleted, so that an interruption loses nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schedule_catalog.operations.errors import UndeliveredCallError
from schedule_catalog.operations.provenance import refuse_forged
from schedule_catalog.operations.translation import asking
from schedule_client.contract.json_value import json_text
from schedule_client.contract.origins import ADHOC, DIRECT
from schedule_client.contract.times import wire_time

if TYPE_CHECKING:
    from datetime import datetime

    from schedule_catalog.operations.deployed import Deployed
    from schedule_catalog.operations.undelivered_call import UndeliveredCall
    from schedule_catalog.operations.undelivered_queues import UndeliveredQueues


def replay(stack: Deployed, queues: UndeliveredQueues, call: UndeliveredCall, now: datetime, identifier: str) -> None:
    """Send a call to the proxy again and delete its message.

    The proxy calls asynchronously, and puts a call that fails again back into the queue. An interruption between the
    two steps leaves the message in the queue: when it is replayed again, the run ledger prevents a second call by its
    run key. Raises UndeliveredCallError for a message that cannot be replayed; it stays in the queue.
    """
    payload = _payload(replayed_event(call, now, identifier))
    refuse_forged(stack, call)
    queues.keep(call)
    functions = stack.clients.client("lambda")
    function = stack.manifest.function if call.origin == DIRECT else stack.alias_of(call.origin or ADHOC)
    with asking("lambda:InvokeFunction", function):
        functions.invoke(
            FunctionName=function,
            InvocationType="Event",
            Payload=payload,
        )
    queues.delete(call)


def replayed_event(call: UndeliveredCall, now: datetime, identifier: str) -> dict[str, Any]:
    """Return the event with the mark of a replay, which restarts age and attempts.

    An event without a schedule has no member for it, and is sent unchanged.
    """
    if call.event is None or call.obstacle is not None:
        raise UndeliveredCallError(f"it cannot be replayed: {call.obstacle}")
    if "v" not in call.event or "schedule" not in call.event:
        return call.event
    event = {key: value for key, value in call.event.items() if key != "trigger"}
    return {**event, "replay": {"id": identifier, "at": wire_time(now)}}


def _payload(event: dict[str, Any]) -> bytes:
    try:
        return json_text(event).encode()
    except (ValueError, RecursionError) as error:
        raise UndeliveredCallError("it cannot be replayed: its request has values that JSON cannot hold") from error
