"""Timing of an entry: a cron, a rate or one time, as EventBridge Scheduler accepts it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from schedule_catalog.checking.draft import read
from schedule_catalog.checking.fault import Fault
from schedule_catalog.checking.rules.rule import DraftRule, Rule
from schedule_catalog.checking.stacks import TIMINGS
from schedule_catalog.wall_time import wall_time

if TYPE_CHECKING:
    from schedule_catalog.checking.draft import Draft
    from schedule_catalog.expressions import ExpressionError


def _missing_timing(draft: Draft) -> Iterator[Fault]:
    """Find stacks for which neither the entry nor its stack values give a timing."""
    if draft.kind is None and not draft.partial:
        where = f" in {', '.join(draft.variant.stacks)}" if draft.variant.stacks else ""
        message = f"a timing is missing{where}: write cron, rate or at there or in the schedule itself"
        yield Fault((), message, at_key=True)


_NOUNS = {"cron": "a cron", "rate": "a rate", "at": "a wall time"}


_WRAPPER = r"\s*(cron|rate|at)\s*\((.*?)\)*\s*"


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
    if draft.kind == "cron" and draft.mistake:
        text = str(draft.values["cron"])
        advice = _of_wrapper("cron", text) or _of_nickname(text) or _of_other_kind("cron", text)
        yield Fault(("cron",), advice) if advice else _as_read(draft.kind, draft.mistake)


def _misread_rate(draft: Draft) -> Iterator[Fault]:
    """Find unreadable rates; name the correct text where the intention is clear."""
    if draft.kind == "rate" and draft.mistake:
        text = str(draft.values["rate"])
        right = _intended("rate", text)
        own = f'"{text}" is not a rate: write "{right}"' if right else _of_wrapper("rate", text)
        advice = own or _of_other_kind("rate", text)
        yield Fault(("rate",), advice) if advice else _as_read(draft.kind, draft.mistake)


def _misread_at(draft: Draft) -> Iterator[Fault]:
    """Find unreadable times; name the correct text where the intention is clear."""
    if draft.kind != "at":
        return
    text = str(draft.values["at"])
    try:
        wall_time(text)
    except ValueError as error:
        yield Fault(("at",), _of_wrapper("at", text) or _of_other_kind("at", text) or str(error))


def _as_read(kind: str, mistake: ExpressionError) -> Fault:
    return Fault((kind,), mistake.message, offset=mistake.column - 1)


def _of_wrapper(kind: str, text: str) -> str | None:
    """Advice for a text that says its kind, which the key says."""
    wrapped = _wrapped(text)
    if wrapped is None:
        return None
    named, inside = wrapped
    if named != kind:
        advice = f'"{text}" is not {_NOUNS[kind]}: write what is in its parentheses under "{named}"'
        return _of_other_kind(kind, text) or advice
    right = _intended(kind, inside)
    instead = f'"{right}"' if right else "only what is in the parentheses"
    return f'"{text}" repeats the wrapper that the key "{kind}" stands for: write {instead}'


def _of_nickname(text: str) -> str | None:
    right = _NICKNAMES.get(text.strip().lower())
    return f'"{text}" is syntax of other cron programs: write "{right}"' if right else None


def _of_other_kind(kind: str, text: str) -> str | None:
    """Advice for a text that belongs under another key."""
    for other in TIMINGS:
        right = _intended(other, text) if other != kind else None
        if right:
            return f'"{text}" is not {_NOUNS[kind]}: write "{right}" under "{other}"'
    return None


def _intended(kind: str, text: str) -> str | None:
    """The text of a kind that is clearly meant; never one that the check refuses."""
    wrapped = _wrapped(text)
    if wrapped:
        return _intended(*wrapped) if wrapped[0] == kind else None
    right = _READINGS[kind](text)
    return right if right and read(kind, right)[0] else None


def _wrapped(text: str) -> tuple[str, str] | None:
    """Kind and content of a text such as "rate(5 minutes)"."""
    found = re.fullmatch(_WRAPPER, text, re.IGNORECASE | re.DOTALL)
    return (found[1].lower(), found[2]) if found else None


def _intended_cron(text: str) -> str | None:
    from schedule_catalog.expressions.advice import six_fields

    return _NICKNAMES.get(text.strip().lower()) or six_fields(text)


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


def _intended_rate(text: str) -> str | None:
    loose = re.fullmatch(_LOOSE_RATE, text, re.IGNORECASE)
    if loose is None:
        return None
    number, word = int(loose[1] or 1), loose[2].lower()
    factor, unit = _CONVERTED_UNITS.get(word, (1, _RATE_UNITS.get(word)))
    value = number * factor
    if unit is None or value != int(value):
        return None
    return f"{int(value)} {unit}{'s' * (value > 1)}"


_LOOSE_AT = r"\s*(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::00)?\s*"


def _intended_at(text: str) -> str | None:
    loose = re.fullmatch(_LOOSE_AT, text)
    return f"{loose[1]}T{loose[2]}" if loose else None


_READINGS = {"cron": _intended_cron, "rate": _intended_rate, "at": _intended_at}


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
