"""`python -m local simulate`: a catalog over simulated time, and what becomes of its runs."""

from __future__ import annotations

import argparse
import logging
import shlex
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from local.options import CHECKOUT, DEFAULT_STACK
from local.simulation.faults import Faults
from local.simulation.faults_file import FaultsError, parse_instant, read_faults
from schedule_catalog.cli import as_json
from schedule_catalog.cli.line.parser import CommandLine
from schedule_catalog.cli.output import complain, say

if TYPE_CHECKING:
    from local.simulation.audit import Audit
    from schedule_catalog.settings import Settings

EXIT_FAULTS, EXIT_USAGE = 1, 2
# Where the calls to the callback service seem to go; they go nowhere.
_CALLBACK_URL = "https://callback.example.com"


class SimulationError(Exception):
    """Something that cannot be simulated."""


def simulate(arguments: Sequence[str]) -> int:
    """Print what becomes of the runs; 1 when that does not add up, 2 for what cannot be simulated."""
    options = _parser().parse_args(arguments)
    try:
        found = _simulated(options)
    except (SimulationError, FaultsError) as error:
        complain(*(f"error: {line}" for line in str(error).splitlines()))
        return EXIT_USAGE
    _print(found, options.format)
    return EXIT_FAULTS if found.faults else 0


def _parser() -> argparse.ArgumentParser:
    parser = CommandLine(
        prog="python -m local simulate",
        description="Run a catalog's schedules over simulated time, by the proxy's own handler: nothing is called.",
    )
    parser.add_argument("--from", dest="start", type=_instant, required=True, metavar="TIME", help="like 2027-01-04")
    parser.add_argument("--to", dest="end", type=_instant, required=True, metavar="TIME", help="no run begins then")
    parser.add_argument("--stack", default=DEFAULT_STACK, metavar="NAME", help="whose entries and settings (dev)")
    parser.add_argument("--catalog", type=Path, default=CHECKOUT / "schedules", metavar="DIR", help="(schedules)")
    parser.add_argument("--faults", type=Path, metavar="FILE", help="YAML that says what goes wrong (nothing)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="the same run for the same number (1)")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    return parser


def _instant(text: str) -> datetime:
    if (found := parse_instant(text)) is None:
        raise argparse.ArgumentTypeError(f'"{text}" is no time: write one like 2027-01-04 or 2027-01-04T08:00:00Z')
    return found


def _print(found: Audit, form: str) -> None:
    from local.simulation import report

    if form == "json":
        as_json.show("simulate", report.document(found))
    else:
        say(*report.lines(found))


def _simulated(options: argparse.Namespace) -> Audit:
    from local.simulation.catalog import run_catalog
    from schedule_catalog.checking.pipeline import check

    if options.start >= options.end:
        raise SimulationError("--from has to be before --to")
    faults = read_faults(options.faults) if options.faults else Faults()
    settings = _settings(options.catalog, options.stack)
    catalog = check([options.catalog], settings={settings.stack: settings}, stack=settings.stack, now=options.start)
    if catalog.errors:
        again = shlex.join(("schedules", "check", "--stack", settings.stack, str(options.catalog)))
        raise SimulationError(f"the catalog has mistakes, which this shows: {again}")
    logging.getLogger("proxy").setLevel(logging.CRITICAL)  # it warns of each refused request
    chance = Random(options.seed)  # noqa: S311 - the same run for a seed
    entries = catalog.for_stack(settings.stack)
    return run_catalog(entries, settings, _CALLBACK_URL, options.start, options.end, faults, chance)


def _settings(catalog: Path, stack: str) -> Settings:
    from schedule_catalog.settings import SettingsError, SettingsFileError, read_settings

    if not catalog.is_dir():
        raise SimulationError(f'there is no folder "{catalog}": name the catalog with --catalog DIR')
    path = catalog.resolve().parent / f"Pulumi.{stack}.yaml"
    try:
        return read_settings(path)
    except (SettingsError, SettingsFileError) as error:
        raise SimulationError(str(error)) from None
