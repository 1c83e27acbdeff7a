"""Undelivered calls, delivered again: sent first, then deleted, so that a kill between loses nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schedule_catalog.operations.errors import UndeliveredCallError
from schedule_catalog.operations.invocation import wire_time
from schedule_catalog.operations.provenance import refuse_forged
from schedule_catalog.operations.translation import asking
from schedule_client.contract import ADHOC, DIRECT, json_text

if TYPE_CHECKING:
    from datetime import datetime

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
    payload = _payload(replayed_event(letter, now, identifier))
    refuse_forged(stack, letter)
    mailbox.keep(letter)
    functions = stack.clients.client("lambda")
    function = stack.manifest.function if letter.origin == DIRECT else stack.alias_of(letter.origin or ADHOC)
    with asking("lambda:InvokeFunction", function):
        functions.invoke(
            FunctionName=function,
            InvocationType="Event",
            Payload=payload,
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


def _payload(event: dict[str, Any]) -> bytes:
    try:
        return json_text(event).encode()
    except (ValueError, RecursionError) as error:
        raise UndeliveredCallError("it cannot be replayed: its request has what JSON cannot carry") from error
