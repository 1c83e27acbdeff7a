"""`schedules check`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from schedule_catalog.checking.entry_of_draft import no_request
from schedule_catalog.checking.pipeline import check
from schedule_catalog.cli.command import Command
from schedule_catalog.cli.errors import UsageError
from schedule_catalog.cli.exit_status import CLEAN, PROBLEMS
from schedule_catalog.cli.line.arguments import CATALOG, add_settings
from schedule_catalog.cli.line.sources import calendars_before, catalog_paths, known_calendars, known_settings
from schedule_catalog.cli.text import problems as text
from schedule_catalog.problem import Severity
from schedule_catalog.workers import Workers
from schedule_client.contract.records import replace

if TYPE_CHECKING:
    from schedule_catalog.calendars import Calendars
    from schedule_catalog.checking.catalog import Catalog
    from schedule_catalog.settings import Settings


def _github(catalog: Catalog, note: str) -> None:
    from schedule_catalog.cli.github import annotations

    annotations.show(catalog, note)


def _json(catalog: Catalog, note: str) -> None:
    from schedule_catalog.cli.rows import problems

    problems.show(catalog, note)


def _sarif(catalog: Catalog, note: str) -> None:
    from schedule_catalog.cli.github import sarif

    sarif.show(catalog, note)


PRINTERS: Mapping[str, Callable[[Catalog, str], None]] = {
    "text": text.show,
    "github": _github,
    "json": _json,
    "sarif": _sarif,
}

_DESCRIPTION = "Find every mistake in the catalog. Exit status: 0 clean, 1 problems, 2 wrong use, 3 crash."


def add_arguments(command: ArgumentParser) -> None:
    """Declare the arguments of the command."""
    command.add_argument("paths", nargs="*", type=Path, metavar="PATH", help=f"files or folders (default: {CATALOG})")
    command.add_argument("--stack", metavar="NAME", help="check only the entries of this stack")
    command.add_argument(
        "--base", metavar="REV", help="git revision before the change: new entries must be in the future"
    )
    command.add_argument("--strict", action="store_true", help="exit with 1 for warnings too")
    command.add_argument("--notes", action="store_true", help="also report notes: correct, but good to know")
    command.add_argument("--format", choices=PRINTERS, default="text", help="default: %(default)s")
    add_settings(command)


def run(options: Namespace, now: datetime) -> int:
    """Check the catalog, print its problems and return the exit status."""
    paths = catalog_paths(options.paths)
    settings = known_settings(paths, options.settings, options.stack)
    calendars = known_calendars(paths, options.settings, settings, options.stack, now)
    catalog = check(
        paths,
        settings=settings,
        calendars=calendars,
        stack=options.stack,
        now=now,
        notes=options.notes,
        workers=Workers.of_machine(),
        requests=no_request,
    )
    if options.base is not None:
        catalog = _judged(options, paths, settings, calendars, catalog, now)
    if not catalog.files and not catalog.problems:
        raise UsageError(f"no *.yaml or *.yml file in {_names(paths)}: nothing was checked")
    note = "" if settings else "without settings: services, hosts, owners and secrets were not checked"
    PRINTERS[options.format](catalog, note)
    return PROBLEMS if _fails(catalog, options.strict) else CLEAN


def _judged(
    options: Namespace,
    paths: Sequence[Path],
    settings: Mapping[str, Settings],
    calendars: Calendars,
    catalog: Catalog,
    now: datetime,
) -> Catalog:
    """Judge what a change wrote; files that it leaves as they were are neither fetched from git nor checked again."""
    from schedule_catalog.diff import judge_edits, revision_sources, tree_sources

    head, _ = tree_sources(paths)
    base = revision_sources(options.base, paths, head)
    before = calendars_before(options.base, paths, options.settings, settings, options.stack, now)
    judged = judge_edits(catalog.problems, base, head, calendars=(before, calendars), stack=options.stack, now=now)
    return replace(catalog, problems=judged)


def _fails(catalog: Catalog, strict: bool) -> bool:
    failing = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    return any(problem.severity in failing for problem in catalog.problems)


def _names(paths: Sequence[Path]) -> str:
    return ", ".join(f'"{path}"' for path in paths)


COMMAND = Command(_DESCRIPTION, "schedules check --stack prod", add_arguments, run)
