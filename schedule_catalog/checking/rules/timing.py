"""Timing of an entry: a cron, a rate or one time, as EventBridge Scheduler accepts it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from schedule_catalog.checking.fault import Fault
from schedule_catalog.checking.rules.rule import DraftRule, Rule
from schedule_catalog.wall_time import wall_time
from schedule_catalog.wording import counted

if TYPE_CHECKING:
    from schedule_catalog.checking.draft import Draft


def _missing_timing(draft: Draft) -> Iterator[Fault]:
    """Find stacks for which neither the entry nor its stack values give a timing."""
    if draft.kind is None and not draft.partial:
        where = f" in {', '.join(draft.variant.stacks)}" if draft.variant.stacks else ""
        message = f"a timing is missing{where}: write cron, rate or at there or in the schedule itself"
        yield Fault((), message, at_key=True)


_CRON_WRAPPER = r"\s*cron\s*\((.*?)\)?\s*"


_NICKNAMES = {
    "@hourly": "0 * * * ? *",
    "@daily": "0 0 * * ? *",
    "@midnight": "0 0 * * ? *",
    "@weekly": "0 0 ? * SUN *",
    "@monthly": "0 0 1 * ? *",
    "@yearly": "0 0 1 1 ? *",
    "@annually": "0 0 1 1 ? *",
}


def _misread_cron(draft: Draft) -> Iterator[Fault]:
    """Find unreadable crons; name the correct text where the intention is clear."""
    mistake = draft.mistake
    if draft.kind != "cron" or mistake is None:
        return
    advice = _cron_advice(str(draft.values["cron"]))
    if advice:
        yield Fault(("cron",), advice)
    else:
        yield Fault(("cron",), mistake.message, offset=mistake.column - 1)


def _cron_advice(text: str) -> str | None:
    if wrapped := re.fullmatch(_CRON_WRAPPER, text, re.IGNORECASE | re.DOTALL):
        return f'"{text}" repeats the wrapper that the key "cron" stands for: write "{wrapped[1]}"'
    nickname = _NICKNAMES.get(text.strip().lower())
    return f'"{text}" is syntax of other cron programs: write "{nickname}"' if nickname else None


_RATE_WRAPPER = r"\s*rate\s*\((.*?)\)?\s*"


_LOOSE_RATE = r"\s*(?:every\s+)?(\d*)\s*([a-z]+?)s?\s*"


_RATE_UNITS = {
    "m": "minute", "min": "minute", "minute": "minute", "minutess": "minute",
    "h": "hour", "hr": "hour", "hour": "hour",
    "d": "day", "day": "day",
}  # fmt: skip


_CONVERTED_UNITS = {
    "s": (1 / 60, "minute"),
    "sec": (1 / 60, "minute"),
    "second": (1 / 60, "minute"),
    "w": (7, "day"),
    "week": (7, "day"),
}


def _misread_rate(draft: Draft) -> Iterator[Fault]:
    """Find unreadable rates; name the correct text where the intention is clear."""
    mistake = draft.mistake
    if draft.kind != "rate" or mistake is None:
        return
    text = str(draft.values["rate"])
    right = _intended_rate(text)
    if right:
        yield Fault(("rate",), f'"{text}" is not a rate: write "{right}"')
    else:
        yield Fault(("rate",), mistake.message, offset=mistake.column - 1)


def _intended_rate(text: str) -> str | None:
    wrapped = re.fullmatch(_RATE_WRAPPER, text, re.IGNORECASE | re.DOTALL)
    if wrapped:
        return _intended_rate(wrapped[1]) or wrapped[1]
    loose = re.fullmatch(_LOOSE_RATE, text, re.IGNORECASE)
    if loose is None or loose[1] == "0":
        return None
    number, word = int(loose[1] or 1), loose[2].lower()
    factor, unit = _CONVERTED_UNITS.get(word, (1, _RATE_UNITS.get(word)))
    value = number * factor
    if unit is None or value != int(value) or value < 1:
        return None
    return counted(int(value), unit)


_AT_WRAPPER = r"\s*at\s*\((.*?)\)?\s*"


def _misread_at(draft: Draft) -> Iterator[Fault]:
    """Find unreadable times; name the correct text where the intention is clear."""
    if draft.kind != "at":
        return
    text = str(draft.values["at"])
    wrapped = re.fullmatch(_AT_WRAPPER, text, re.IGNORECASE | re.DOTALL)
    if wrapped:
        right = wrapped[1].removesuffix(":00")
        yield Fault(("at",), f'"{text}" repeats the wrapper that the key "at" stands for: write "{right}"')
        return
    try:
        wall_time(text)
    except ValueError as error:
        yield Fault(("at",), str(error))


TIMING: DraftRule = Rule(
    "timing",
    "an entry has exactly one of cron, rate and at",
    _missing_timing,
)
CRON: DraftRule = Rule(
    "cron",
    "a cron has six fields: minutes hours day-of-month month day-of-week year",
    _misread_cron,
)
RATE: DraftRule = Rule(
    "rate",
    'a rate is a whole number and "minutes", "hours" or "days"; the unit is singular for 1',
    _misread_rate,
)
AT: DraftRule = Rule(
    "at",
    "a one-time schedule is given as a wall time, yyyy-mm-ddThh:mm, without an offset",
    _misread_at,
)
