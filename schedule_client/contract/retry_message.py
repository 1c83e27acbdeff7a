"""Message of the retry queue: an event whose next attempt is due at some time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from schedule_client.contract.errors import ContractError
from schedule_client.contract.json_value import json_text
from schedule_client.contract.records import asdict, frozen

if TYPE_CHECKING:
    from schedule_client.contract.ledger import State

MESSAGE_VERSION = 1
# SQS delays a message by at most this; the receiver sends a message that is due later on again, which is a hop.
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
LONGEST_DELAY_SECONDS = 900


# The year 9999 and later: no moment (and neither is NaN), with room to add to every moment.
_NEVER = 253_370_764_800
_ADDED = ("unrecorded", "waited")
# This program makes no higher counts.
_MOST = 1_000_000


class RetryMessageError(ContractError):
    """The text is not a message of the retry queue."""


@frozen(kw_only=True)
class Unrecorded:
    """Change that the ledger could not store in time, by `holder` at its attempt `attempt`.

    state: the resulting state; the rest is as in RunRecord.
    """

    holder: str
    attempt: int
    state: State
    letter: str | None = None
    reason: str | None = None
    status: int | None = None
    message: str | None = None
    milliseconds: float | None = None


@frozen(kw_only=True)
class RetryMessage:
    """Event on its way to another attempt.

    request_id: Lambda's, with which the event first arrived.
    attempt: number of the next attempt, from 1.
    due: earliest time of the attempt (seconds since 1970).
    hops: number of times it was sent on.
    since: start of the run's age (seconds since 1970), if the event lacks it.
    reason: why it waits, in one word.
    waited: seconds of waiting for its turns among all retries and for pauses, which do not count toward its age.
    """

    origin: str
    request_id: str
    attempt: int
    due: float
    hops: int
    since: float
    reason: str
    event: Any
    unrecorded: Unrecorded | None = None
    waited: float = 0.0

    def to_json(self) -> str:
        """Return the body of the message."""
        members = {"v": MESSAGE_VERSION, **asdict(self)}
        # Earlier releases know neither.
        return json_text({name: value for name, value in members.items() if name not in _ADDED or value})

    @classmethod
    def from_json(cls, text: str) -> RetryMessage:
        """Return the message of a body. Raises RetryMessageError."""
        try:
            members: object = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise RetryMessageError("the message is not JSON") from error
        if not isinstance(members, dict):
            raise RetryMessageError("the message is not an object")
        found = cast("dict[str, Any]", members)
        if found.pop("v", None) != MESSAGE_VERSION:
            raise RetryMessageError(f"the message is not of version {MESSAGE_VERSION}")
        return _message(found)


def _message(members: dict[str, Any]) -> RetryMessage:
    unrecorded = members.pop("unrecorded", None)
    try:
        message = RetryMessage(**members, unrecorded=Unrecorded(**unrecorded) if unrecorded is not None else None)
    except TypeError as error:
        raise RetryMessageError("the message has unexpected members") from error
    change = message.unrecorded
    texts: list[object] = [message.origin, message.request_id, message.reason]
    counts: list[object] = [message.attempt, message.hops]
    moments: list[object] = [message.due, message.since, message.waited]
    if change is not None:
        if change.state not in ("waiting", "delivered", "undelivered"):
            raise RetryMessageError('the message has an impossible state in "unrecorded"')
        texts += [change.holder, *_given(change.letter, change.reason, change.message)]
        counts += [change.attempt, *_given(change.status)]
        moments += _given(change.milliseconds)
    if not all(isinstance(text, str) for text in texts):
        raise RetryMessageError("a text of the message is missing or invalid")
    if not all(_is_number(count, int, _MOST) for count in counts):
        raise RetryMessageError("a count of the message is missing or invalid")
    if not all(_is_number(moment, int | float, _NEVER) for moment in moments):
        raise RetryMessageError("a time of the message is missing or invalid")
    return message


def _given(*values: object) -> list[object]:
    return [value for value in values if value is not None]


def _is_number(value: Any, kind: Any, most: int) -> bool:
    """Whether `value` is from 0 to less than `most`; NaN and booleans are not."""
    return isinstance(value, kind) and not isinstance(value, bool) and 0 <= value < most
