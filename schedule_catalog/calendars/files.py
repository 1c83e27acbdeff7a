"""The calendars of a folder, as they stand or as they were at a git revision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from schedule_catalog.calendars.calendars import Calendars
from schedule_catalog.calendars.reading import name_of, read_calendar
from schedule_catalog.document import find_files, read_document
from schedule_catalog.problem import Problem, Severity

if TYPE_CHECKING:
    from schedule_catalog.calendars.calendar import Calendar
    from schedule_catalog.document import Document


def calendars_under(folder: Path, now: datetime) -> Calendars:
    """Read the calendars of a folder; there is none in a folder that does not exist."""
    if not folder.exists() and not folder.is_symlink():
        return Calendars({}, folder=str(folder))
    found = find_files([folder])
    return calendars_of((read_document(*each) for each in found.files), now, str(folder), found.problems)


def calendars_at(revision: str, folder: Path, now: datetime) -> Calendars:
    """Read the calendars of a folder as they were at a git revision; raises RevisionError."""
    from schedule_catalog.revision import documents_at

    return calendars_of(documents_at(revision, [folder]), now, str(folder))


def calendars_of(
    documents: Iterable[Document], now: datetime, folder: str = "calendars", problems: Sequence[Problem] = ()
) -> Calendars:
    """Return the calendars that documents hold."""
    known: dict[str, Calendar] = {}
    broken: set[str] = set()
    found = [*problems]
    for document in documents:
        calendar, wrong = read_calendar(document, now)
        found += wrong
        name = name_of(document.path)
        if name in known or name in broken:
            message = f'the name "{name}" is taken: another file of the folder has it'
            found.append(Problem(document.path, 1, 1, "calendar", Severity.ERROR, message))
        elif calendar is None:
            broken.add(name)
        else:
            known[name] = calendar
    return Calendars(known, frozenset(broken), tuple(sorted(found)), folder=folder)
