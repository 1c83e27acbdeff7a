"""Jobs of other systems as entries that provably fire at the same times, or refusals with the reason."""

from __future__ import annotations

from schedule_catalog.importing.content import Content
from schedule_catalog.importing.conversion import conversions
from schedule_catalog.importing.errors import NotConvertibleError
from schedule_catalog.importing.imported import Imported, imported
from schedule_catalog.importing.job import Converted, Refused
from schedule_catalog.importing.settings_lines import settings_lines
from schedule_catalog.importing.source import ImportContext
from schedule_catalog.importing.sources import KINDS, SOURCES, jobs_of
from schedule_catalog.importing.target import Targets

__all__ = (
    "KINDS",
    "SOURCES",
    "Content",
    "Converted",
    "ImportContext",
    "Imported",
    "NotConvertibleError",
    "Refused",
    "Targets",
    "conversions",
    "imported",
    "jobs_of",
    "settings_lines",
)
