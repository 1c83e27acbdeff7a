"""What a call with a caller's key asks for, as a text that is short enough to be kept and compared."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from schedule_client.contract import SCHEDULE_ARN, SCHEDULED_TIME

if TYPE_CHECKING:
    from collections.abc import Mapping

_DIGITS = 24
# Of the schedule, not of what is asked for; and what a person adds to a call.
_APART = ("schedule", "replay", "trigger")


def content_of(event: Mapping[str, object], arn: str, time: str) -> str:
    """The content of `event`, of a schedule that has `arn` and fired at `time`.

    It is two hashes: of the request with these two put back to their placeholders, for they differ from schedule to
    schedule, and of the request as it came, for a caller may have written the very same time or ARN itself.
    """
    asked = {name: value for name, value in event.items() if name not in _APART}
    came = json.dumps(asked, sort_keys=True, separators=(",", ":"))
    return _hash(came.replace(time, SCHEDULED_TIME).replace(arn, SCHEDULE_ARN)) + _hash(came)


def differ(one: str | None, other: str | None) -> bool:
    """Whether two contents ask for different things; one that is not known differs from none."""
    if one is None or other is None:
        return False
    return one[:_DIGITS] != other[:_DIGITS] and one[_DIGITS:] != other[_DIGITS:]


def name_of(content: str) -> str:
    """The part of `content` that is the same at whatever time the call is made."""
    return content[:_DIGITS]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]
