"""Rates that EventBridge Scheduler takes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from schedule_catalog.checking.rules.fault import Fault
from schedule_catalog.checking.rules.wording import unwrapped
from schedule_catalog.wording import counted

if TYPE_CHECKING:
    from schedule_catalog.checking.draft import Draft

ID = "rate"
DOC = 'a rate is a whole number and "minutes", "hours" or "days"; the unit is singular for 1'

_WRAPPER = re.compile(r"\s*rate\s*\((.*?)\)?\s*", re.IGNORECASE | re.DOTALL)
_LOOSE = re.compile(r"\s*(?:every\s+)?(\d*)\s*([a-z]+?)s?\s*", re.IGNORECASE)
_UNITS = {
    "m": "minute", "min": "minute", "minute": "minute", "minutess": "minute",
    "h": "hour", "hr": "hour", "hour": "hour",
    "d": "day", "day": "day",
}  # fmt: skip
_CONVERTED = {
    "s": (1 / 60, "minute"),
    "sec": (1 / 60, "minute"),
    "second": (1 / 60, "minute"),
    "w": (7, "day"),
    "week": (7, "day"),
}


def check(draft: Draft) -> Iterator[Fault]:
    """Find what cannot be read, with the text to write where the author's intention is plain."""
    mistake = draft.mistake
    if draft.kind != "rate" or mistake is None:
        return
    text = str(draft.values["rate"])
    right = _intended(text)
    if right:
        yield Fault(("rate",), f'"{text}" is not a rate: write "{right}"')
    else:
        yield Fault(("rate",), unwrapped(mistake.message), offset=max(0, mistake.column - 1 - len("rate(")))


def _intended(text: str) -> str | None:
    wrapped = _WRAPPER.fullmatch(text)
    if wrapped:
        return _intended(wrapped[1]) or wrapped[1]
    loose = _LOOSE.fullmatch(text)
    if loose is None or loose[1] == "0":
        return None
    number, word = int(loose[1] or 1), loose[2].lower()
    factor, unit = _CONVERTED.get(word, (1, _UNITS.get(word)))
    value = number * factor
    if unit is None or value != int(value) or value < 1:
        return None
    return counted(int(value), unit)
