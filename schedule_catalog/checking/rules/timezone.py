"""Zones of the IANA database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from schedule_catalog.checking.rules.fault import Fault
from schedule_catalog.checking.stacks import Values, is_plain_rate, overrides
from schedule_catalog.expressions import ZoneError, zone
from schedule_catalog.expressions.zone_names import reversed_sign
from schedule_catalog.problem import Severity

if TYPE_CHECKING:
    from schedule_catalog.checking.draft import Draft

ID = "timezone"
DOC = "a timezone is a name of the IANA database, and stands where it has a meaning"


def check(draft: Draft) -> Iterator[Fault]:
    """Find names of no zone, names that read like another offset, and zones of plain intervals."""
    name = draft.values.get("timezone")
    if name is None:
        return
    try:
        zone(name)
    except ZoneError as error:
        yield Fault(("timezone",), str(error))
    else:
        if warning := reversed_sign(name):
            yield Fault(("timezone",), warning, Severity.WARNING)
    if draft.kind == "rate" and is_plain_rate(draft.values) and not _is_used_elsewhere(draft):
        message = '"timezone" has no meaning for a rate without "start" or "end": remove it'
        yield Fault(("timezone",), message, at_key=True)


def _is_used_elsewhere(draft: Draft) -> bool:
    return any(map(_uses_zone, overrides(draft.values).values()))


def _uses_zone(override: Values | None) -> bool:
    return any(key in (override or ()) for key in ("cron", "at", "start", "end"))
