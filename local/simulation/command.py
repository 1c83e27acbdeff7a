"""`schedules dev --simulate`: a catalog over simulated time, and what becomes of its runs."""

from __future__ import annotations

import argparse
import logging
import shlex
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from local.simulation.faults import Faults
from local.simulation.faults_file import FaultsError, read_faults
from schedule_catalog.cli import as_json
from schedule_catalog.cli.output import complain, say

if TYPE_CHECKING:
    from collections.abc import Generator

    from local.simulation.audit import Audit
    from schedule_catalog.settings import Settings

EXIT_FAULTS, EXIT_USAGE = 1, 2
# Where the calls to the callback service seem to go; they go nowhere.
_CALLBACK_URL = "https://callback.example.com"


class SimulationError(Exception):
    """Something that cannot be simulated."""


def simulate(options: argparse.Namespace) -> int:
    """Print what becomes of the runs; 1 when that does not add up, 2 for what cannot be simulated."""
    try:
        found = _simulated(options)
    except (SimulationError, FaultsError) as error:
        complain(*(f"error: {line}" for line in str(error).splitlines()))
        return EXIT_USAGE
    _print(found, options.format)
    return EXIT_FAULTS if found.faults else 0


def _print(found: Audit, form: str) -> None:
    from local.simulation import report

    if form == "json":
        as_json.show("simulate", report.document(found))
    else:
        say(*report.lines(found))


def _simulated(options: argparse.Namespace) -> Audit:
    from local.simulation.catalog import run_catalog
    from schedule_catalog.calendars import calendars_under
    from schedule_catalog.checking.pipeline import check

    if options.start >= options.end:
        raise SimulationError("--from has to be before --to")
    faults = read_faults(options.faults) if options.faults else Faults()
    settings = _settings(options.folder, options.stack)
    known = {settings.stack: settings}
    calendars = calendars_under(options.folder / settings.calendars, options.start).freezing(known)
    catalog = check([options.catalog], settings=known, calendars=calendars, stack=settings.stack, now=options.start)
    if catalog.errors:
        again = shlex.join(("schedules", "check", "--stack", settings.stack, str(options.catalog)))
        raise SimulationError(f"the catalog has mistakes, which this shows: {again}")
    chance = Random(1 if options.seed is None else options.seed)  # noqa: S311 - the same run for a seed
    entries = catalog.for_stack(settings.stack)
    with _quiet(logging.getLogger("proxy")):  # it warns of each refused request
        return run_catalog(entries, settings, _CALLBACK_URL, options.start, options.end, faults, chance)


@contextmanager
def _quiet(logger: logging.Logger) -> Generator[None]:
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


def _settings(folder: Path, stack: str) -> Settings:
    from schedule_catalog.settings import SettingsError, SettingsFileError, read_settings

    try:
        return read_settings(folder / f"Pulumi.{stack}.yaml")
    except (SettingsError, SettingsFileError) as error:
        raise SimulationError(str(error)) from None
