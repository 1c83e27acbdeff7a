"""What waits on the retry queue: an event whose next attempt is due at some time."""

from __future__ import annotations

import json
from typing import Any, Literal, cast

from schedule_client.contract.errors import ContractError
from schedule_client.contract.json_value import json_text
from schedule_client.contract.records import asdict, frozen

MESSAGE_VERSION = 1
# SQS delays a message no longer; what is due later is sent on by whoever receives it, which is a hop.
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
LONGEST_DELAY_SECONDS = 900


# The year 9999 and what follows it: no moment (and neither is NaN), and room to add to every moment.
_NEVER = 253_370_764_800
# A count beyond this is not one that this program made.
_MOST = 1_000_000


class RetryMessageError(ContractError):
    """A text that is not a message of the retry queue."""


@frozen(kw_only=True)
class Unrecorded:
    """A change that the ledger could not take when it was due, made by `holder` at its attempt `attempt`.

    state: that it leads to; the rest is as in RunRecord.
    """

    holder: str
    attempt: int
    state: Literal["waiting", "delivered", "undelivered"]
    letter: str | None = None
    reason: str | None = None
    status: int | None = None
    message: str | None = None
    milliseconds: float | None = None


@frozen(kw_only=True)
class RetryMessage:
    """An event on its way to another attempt.

    request_id: Lambda's, by which the event first came.
    attempt: to be made; 1 for an event that has not had any.
    due: not before (seconds since 1970).
    hops: how often it was sent on.
    since: when the run's age begins to count (seconds since 1970), where the event does not say.
    reason: why it waits, one word.
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

    def to_json(self) -> str:
        """The body of the message."""
        members = {"v": MESSAGE_VERSION, **asdict(self)}
        if self.unrecorded is None:
            del members["unrecorded"]
        return json_text(members)

    @classmethod
    def from_json(cls, text: str) -> RetryMessage:
        """The message of a body. Raises RetryMessageError."""
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
        raise RetryMessageError("the message has other members than it should") from error
    change = message.unrecorded
    texts: list[object] = [message.origin, message.request_id, message.reason]
    counts: list[object] = [message.attempt, message.hops]
    moments: list[object] = [message.due, message.since]
    if change is not None:
        if change.state not in ("waiting", "delivered", "undelivered"):
            raise RetryMessageError('the message has an "unrecorded" state that no run reaches')
        texts += [change.holder, *_given(change.letter, change.reason, change.message)]
        counts += [change.attempt, *_given(change.status)]
        moments += _given(change.milliseconds)
    if not all(isinstance(text, str) for text in texts):
        raise RetryMessageError("the message has no texts where it should")
    if not all(_is_number(count, int, _MOST) for count in counts):
        raise RetryMessageError("the message has no counts where it should")
    if not all(_is_number(moment, int | float, _NEVER) for moment in moments):
        raise RetryMessageError("the message has no times where it should")
    return message


def _given(*values: object) -> list[object]:
    return [value for value in values if value is not None]


def _is_number(value: Any, kind: Any, most: int) -> bool:
    """Whether `value` is from 0 to less than `most`; NaN and booleans are not."""
    return isinstance(value, kind) and not isinstance(value, bool) and 0 <= value < most
