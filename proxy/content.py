"""Content of a call with a caller's key, as a short text to store and compare."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from schedule_client.contract.placeholders import SCHEDULE_ARN, SCHEDULED_TIME

if TYPE_CHECKING:
    from collections.abc import Mapping

_DIGITS = 24
# Parts of the schedule, not of the request; and additions of a person to a call.
_APART = ("schedule", "replay", "trigger")


def content_of(event: Mapping[str, object], arn: str, time: str) -> str:
    """Return the content of `event`, of a schedule with the ARN `arn` that fired at `time`.

    It has two hashes: of the request with ARN and time replaced by their placeholders, as they differ between
    schedules, and of the unchanged request, as a caller may have written the same time or ARN itself.
    """
    asked = {name: value for name, value in event.items() if name not in _APART}
    came = json.dumps(asked, sort_keys=True, separators=(",", ":"))
    return _hash(came.replace(time, SCHEDULED_TIME).replace(arn, SCHEDULE_ARN)) + _hash(came)


def differ(one: str | None, other: str | None) -> bool:
    """Return whether two contents request different things; an unknown one differs from none."""
    if one is None or other is None:
        return False
    return one[:_DIGITS] != other[:_DIGITS] and one[_DIGITS:] != other[_DIGITS:]


def name_of(content: str) -> str:
    """Return the part of `content` that does not depend on the time of the call."""
    return content[:_DIGITS]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]
