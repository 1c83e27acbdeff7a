"""Imported jobs as JSON, for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schedule_catalog.cli import as_json
from schedule_catalog.importing import Refused, settings_lines

if TYPE_CHECKING:
    from schedule_catalog.importing import Converted, Imported


def show(found: Imported, written: bool) -> None:
    """Print the result for each job, and the settings that the entries need."""
    jobs = [_refused(each) if isinstance(each, Refused) else _converted(each) for each in found.results]
    members = {
        "source": found.title,
        "written": written,
        "jobs": jobs,
        "settings": list(settings_lines(found.settings)),
    }
    as_json.show("import", members)


def _converted(entry: Converted) -> dict[str, Any]:
    return {
        "origin": entry.origin,
        "outcome": entry.outcome,
        "name": entry.name,
        "owner": entry.owner,
        "notes": [str(note) for note in entry.notes[1:]],
        "reason": None,
    }


def _refused(refused: Refused) -> dict[str, Any]:
    return {
        "origin": refused.origin,
        "outcome": refused.outcome,
        "name": None,
        "owner": None,
        "notes": [],
        "reason": refused.reason,
    }
