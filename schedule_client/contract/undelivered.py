"""Message of the undelivered queue: the event as received, and in the message's attributes the outcome.

The event contains only names of secrets. A run with an unknown outcome may be there too, with such a reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schedule_client.contract.records import frozen, member_names

_LONGEST = 1024


@frozen(kw_only=True)
class Undelivered:
    """Reason why a run is undelivered; each member is a String attribute of the message, in capitals.

    reason: one word. message: a sentence. status: the target's last, in decimal. attempts: number of them, in decimal.
    undelivered_at: RFC 3339 in UTC.
    """

    reason: str
    message: str
    origin: str
    attempts: str
    undelivered_at: str
    run_key: str | None = None
    status: str | None = None
    schedule_arn: str | None = None
    scheduled_time: str | None = None
    owner: str | None = None

    def attributes(self) -> dict[str, dict[str, str]]:
        """Return MessageAttributes of SendMessage, at most the ten that SQS accepts."""
        values = {name.upper(): getattr(self, name) for name in member_names(type(self))}
        return {name: {"DataType": "String", "StringValue": _carried(value)} for name, value in values.items() if value}

    @classmethod
    def of_attributes(cls, attributes: Mapping[str, Mapping[str, Any]]) -> Undelivered | None:
        """Return the reasons in MessageAttributes of ReceiveMessage; None for another shape."""
        names = {name.upper(): name for name in member_names(cls)}
        found = {names[key]: str(value.get("StringValue", "")) for key, value in attributes.items() if key in names}
        if not found.keys() >= {"reason", "message", "origin", "attempts", "undelivered_at"}:
            return None
        return cls(**found)


def _carried(text: str) -> str:
    """`text` with only characters that SQS accepts, which are those of XML 1.0."""
    kept = "".join(character if _is_carried(character) else "?" for character in text)
    return kept[:_LONGEST] or "?"


def _is_carried(character: str) -> bool:
    point = ord(character)
    return point in (0x9, 0xA, 0xD) or 0x20 <= point <= 0xD7FF or 0xE000 <= point <= 0xFFFD or point >= 0x10000
