"""Entries of the catalog that a deployed stack should have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule_catalog.checking.pipeline import check
from schedule_catalog.cli.line.arguments import CATALOG
from schedule_catalog.cli.line.sources import catalog_paths, known_calendars, known_settings
from schedule_catalog.cli.text.summary import warn_omitted

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping
    from datetime import datetime

    from schedule_catalog.checking.catalog import Catalog
    from schedule_catalog.entry import Entry
    from schedule_catalog.settings import Settings


def stack_entries(options: Namespace, settings: Mapping[str, Settings], stack: str, now: datetime) -> tuple[Entry, ...]:
    """Return the entries of a stack; entries with errors are named on the error output and omitted."""
    catalog = stack_catalog(options, settings, stack, now)
    warn_omitted(len(catalog.errors))
    return catalog.entries


def stack_catalog(options: Namespace, settings: Mapping[str, Settings], stack: str, now: datetime) -> Catalog:
    """Return the catalog of a stack.

    settings: known settings by stack; they name the stack's freezes.
    """
    paths = catalog_paths(options.catalog)
    calendars = known_calendars(paths, options.settings, settings, stack, now)
    return check(paths, settings={}, calendars=calendars, stack=stack, now=now)


def entry_of(options: Namespace, settings: Settings, name: str, now: datetime) -> Entry | None:
    """Return the entry of this name, if there is a catalog that has it."""
    if options.catalog is None and not CATALOG.exists():
        return None
    entries = stack_entries(options, {settings.stack: settings}, settings.stack, now)
    return next((entry for entry in entries if entry.name == name), None)


def stack_settings(options: Namespace, stack: str, project: str) -> Settings | None:
    """Return the settings of a stack, if known; their secrets are the project's."""
    if options.catalog is None and not CATALOG.exists():
        return None
    return known_settings(catalog_paths(options.catalog), options.settings, stack, project).get(stack)
