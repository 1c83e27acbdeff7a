"""A file of the calendars' folder to a calendar, or to what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, cast

from schedule_catalog.calendars.calendar import Calendar, Period
from schedule_catalog.checking.structure import structure_problems
from schedule_catalog.expressions import ZoneError, zone
from schedule_catalog.problem import Place, Problem, Severity
from schedule_catalog.wall_time import wall_time

if TYPE_CHECKING:
    from schedule_catalog.document import Document
    from schedule_catalog.document.positions import Pointer

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_ONE_DAY = timedelta(days=1)


def name_of(path: str) -> str:
    """The name of the calendar that a file holds."""
    return PurePosixPath(path.rpartition(":")[2]).stem


def read_calendar(document: Document, now: datetime) -> tuple[Calendar | None, tuple[Problem, ...]]:
    """Return the calendar of a document, unless it has an error, and all problems."""
    if not document.readable:
        return None, document.problems
    problems = structure_problems(document, "calendar")
    if not problems:
        problems = sorted(_wrong(document))
    if any(each.severity is Severity.ERROR for each in problems):
        return None, (*_of_text(document), *problems)
    calendar = _calendar(document)
    if calendar.expired(now):
        message = "all its dates have passed: add dates to come, or remove the file and the names of it"
        problems = [*problems, Problem.at(document.key_place(("dates",)), "calendar", message, Severity.WARNING)]
    return calendar, (*_of_text(document), *problems)


def _of_text(document: Document) -> Iterator[Problem]:
    """Problems of reading the text; a day may be plain here, as every reader interprets it as one."""
    days = {(place.line, place.column) for place in _places_of_days(document)}
    for each in document.problems:
        if each.rule != "yaml-1.1" or (each.line, each.column) not in days:
            yield each


def _places_of_days(document: Document) -> Iterator[Place]:
    content: Any = document.value
    content = cast("dict[str, Any]", content) if isinstance(content, dict) else {}
    dates: Any = content.get("dates")
    for index, each in enumerate(cast("list[Any]", dates) if isinstance(dates, list) else ()):
        for pointer, text in _texts(("dates", index), each):
            if isinstance(text, str) and _DAY.fullmatch(text):
                yield document.value_place(pointer)


def _texts(pointer: Pointer, value: Any) -> Iterator[tuple[Pointer, Any]]:
    if isinstance(value, dict):
        yield from (((*pointer, key), value[key]) for key in ("from", "to") if key in value)
    else:
        yield pointer, value


def _wrong(document: Document) -> Iterator[Problem]:
    content: Any = document.value
    if not NAME.fullmatch(name := name_of(document.path)):
        message = f'"{name}" cannot be the name of a calendar: lower-case letters, digits and "-", at most 63'
        yield Problem.at(document.value_place(()), "calendar", message)
    if timezone := content.get("timezone"):
        try:
            zone(timezone)
        except ZoneError as error:
            yield Problem.at(document.value_place(("timezone",)), "timezone", str(error))
    for index, each in enumerate(content["dates"]):
        yield from _wrong_date(document, ("dates", index), each)


def _wrong_date(document: Document, pointer: Pointer, value: str | dict[str, str]) -> Iterator[Problem]:
    read: list[datetime] = []
    for place, text in _texts(pointer, value):
        try:
            read.append(_first(text))
        except ValueError as error:
            yield Problem.at(document.value_place(place), "calendar", _advice(text, str(error)))
            continue
        if place == pointer and not _DAY.fullmatch(text):
            yield Problem.at(document.value_place(place), "calendar", _of_a_time(text))
    if isinstance(value, dict) and len(read) == 2 and not _period(value).first < _period(value).until:
        message = f'"to" is "{value["to"]}", which is before "from", "{value["from"]}"'
        if len(value["to"]) > len("yyyy-mm-dd"):
            message = f'"to" is "{value["to"]}", which is not after "from", "{value["from"]}"'
        yield Problem.at(document.value_place((*pointer, "to")), "calendar", message)


def _advice(text: str, why: str) -> str:
    if _DAY.fullmatch(text):
        return f'"{text}" is not a day of the calendar'
    return (
        why if "T" in text else f'"{text}" is not a day, such as 2027-01-01, or a local time, such as 2027-01-01T18:00'
    )


def _of_a_time(text: str) -> str:
    """Advice for a local time in the place of a day: nobody would know how long it lasts."""
    return f'"{text}" is not a day: write "{text[:10]}", or {{from: {text}, to: …, reason: …}}'


def _calendar(document: Document) -> Calendar:
    content: Any = document.value
    return Calendar(
        name_of(document.path),
        document.value_place(()),
        content["description"],
        content.get("timezone"),
        tuple(sorted(map(_period, content["dates"]))),
    )


def _period(value: Any) -> Period:
    """A day is all of it, as the last of several too; a local time is the first that is left out, or counts again."""
    if isinstance(value, str):
        return Period(_first(value), _first(value) + _ONE_DAY)
    last = _first(value["to"])
    return Period(_first(value["from"]), last + _ONE_DAY if _DAY.fullmatch(value["to"]) else last, value["reason"])


def _first(text: str) -> datetime:
    return wall_time(f"{text}T00:00" if _DAY.fullmatch(text) else text)
