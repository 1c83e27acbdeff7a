"""`schedules report`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from schedule_catalog.checking.pipeline import check
from schedule_catalog.cli import as_json
from schedule_catalog.cli.command import Command
from schedule_catalog.cli.errors import UsageError
from schedule_catalog.cli.exit_status import CLEAN
from schedule_catalog.cli.line.arguments import CATALOG, add_format, add_settings, instant
from schedule_catalog.cli.line.project import Project
from schedule_catalog.cli.line.sources import catalog_paths, known_calendars, known_settings
from schedule_catalog.cli.output import pass_on, say
from schedule_catalog.cli.text.summary import warn_omitted
from schedule_catalog.errors import os_reason
from schedule_catalog.pages.report import origin, page, report
from schedule_catalog.wording import counted
from schedule_catalog.workers import Workers

if TYPE_CHECKING:
    from schedule_catalog.pages.report.report import Report

OUT = Path("schedules.html")
STDOUT = Path("-")

_DESCRIPTION = "Write one HTML page that shows when every schedule fires. It needs no network and can be sent by mail."


def add_arguments(command: ArgumentParser) -> None:
    """Declare the arguments of the command."""
    text = f'output file, "-" for standard output (default: {OUT})'
    command.add_argument("--out", type=Path, default=OUT, metavar="FILE", help=text)
    command.add_argument(
        "--stack", metavar="NAME", help="show only the entries of this stack (default: all, one at a time)"
    )
    command.add_argument(
        "--from", dest="start", type=instant, metavar="T", help="ISO 8601, UTC without an offset (default: now)"
    )
    command.add_argument(
        "--catalog", type=Path, action="append", metavar="PATH", help=f"file or folder (default: {CATALOG})"
    )
    add_format(command)
    add_settings(command)


def run(options: Namespace, now: datetime) -> int:
    """Write the page and return the exit status."""
    paths = catalog_paths(options.catalog)
    settings = known_settings(paths, options.settings, options.stack)
    calendars = known_calendars(paths, options.settings, settings, options.stack, now)
    catalog = check(
        paths, settings=settings, calendars=calendars, stack=options.stack, now=now, workers=Workers.of_machine()
    )
    source = origin(_project(paths, options.settings), paths)
    shown = report(catalog, options.start or now, options.stack, settings=settings, written=now, origin=source)
    text = page(shown)
    warn_omitted(shown.errors)
    if options.out == STDOUT:
        if options.format == "json":
            raise UsageError("--format json and --out - both need the standard output: name a file with --out")
        # The bytes are hashed: a terminal's encoding or line ends must not change them.
        pass_on(text.encode())
        return CLEAN
    _write(options.out, text)
    names = len({row.entry.name for row in shown.rows})
    if options.format == "json":
        as_json.show("report", {"path": str(options.out), "schedules": names, "bytes": len(text.encode())})
        return CLEAN
    say(f"{options.out}: {counted(names, 'schedule')}{_omitted(shown, names)}, {len(text.encode()) / 1e6:.1f} MB")
    return CLEAN


def _omitted(shown: Report, names: int) -> str:
    """Number of omitted schedules; unknown for one stack, whose page has none of the schedules of the others either."""
    omitted = shown.schedules - names if shown.errors and shown.stack is None else 0
    return f", {omitted:,} with errors omitted" if omitted else ""


def _project(paths: Sequence[Path], settings: Sequence[Path] | None) -> str | None:
    try:
        return Project.beside(paths, settings).name()
    except UsageError:
        return None  # a catalog may have no project beside it


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f'the page cannot be written to "{path}": {os_reason(error)}') from error


COMMAND = Command(_DESCRIPTION, "schedules report --stack prod --out week.html", add_arguments, run)
