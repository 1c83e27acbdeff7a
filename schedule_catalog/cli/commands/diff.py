"""`schedules diff`."""

from __future__ import annotations

import os
import re
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from schedule_catalog.cli.command import Command
from schedule_catalog.cli.exit_status import CLEAN, PROBLEMS
from schedule_catalog.cli.line.arguments import CATALOG, add_settings
from schedule_catalog.cli.line.sources import calendars_before, catalog_paths, known_calendars, known_settings
from schedule_catalog.diff import Comparison, compare, revision_sources, tree_sources
from schedule_catalog.workers import Workers

_URL = re.compile(r"https?://[\w.:%/#?=&@~+-]+")
FORMATS = ("text", "markdown", "json")

_DESCRIPTION = (
    "Show the effect of a change on schedules: fires before and after, and the actions of `pulumi up`."
    " Exit status: 0 deployable, with or without differences; 1 errors after the change; 2 wrong use; 3 crash."
)


def add_arguments(command: ArgumentParser) -> None:
    """Declare the arguments of the command."""
    command.add_argument("base", metavar="BASE", help="git revision before the change")
    command.add_argument("head", nargs="?", metavar="HEAD", help="git revision after it (default: the work tree)")
    command.add_argument("--stack", metavar="NAME", help="compare only the entries of this stack")
    command.add_argument("--format", choices=FORMATS, default="text", help="default: %(default)s")
    command.add_argument(
        "--catalog", type=Path, action="append", metavar="PATH", help=f"file or folder (default: {CATALOG})"
    )
    add_settings(command)
    command.add_argument(
        "--source-url",
        type=_url,
        metavar="URL",
        help="where the files of the change are, for links (markdown)",
    )
    command.add_argument("--report-url", type=_url, metavar="URL", help="where the report is, for a link (markdown)")


def _url(text: str) -> str:
    if not _URL.fullmatch(text):
        raise ArgumentTypeError(f'"{text}" is not an https:// URL without spaces and brackets')
    return text.rstrip("/")


def run(options: Namespace, now: datetime, environment: Mapping[str, str] = os.environ) -> int:
    """Compare both sides, print the differences and return the exit status."""
    paths = catalog_paths(options.catalog)
    settings = known_settings(paths, options.settings, options.stack)
    head, found = (revision_sources(options.head, paths), ()) if options.head else tree_sources(paths)
    base = revision_sources(options.base, paths, head)
    before = calendars_before(options.base, paths, options.settings, settings, options.stack, now)
    after = (
        calendars_before(options.head, paths, options.settings, settings, options.stack, now)
        if options.head
        else known_calendars(paths, options.settings, settings, options.stack, now)
    )
    comparison = compare(
        base,
        head,
        found,
        settings=settings,
        calendars=(before, after),
        stack=options.stack,
        now=now,
        workers=Workers.of_machine(),
    )
    _show(comparison, options, environment)
    return PROBLEMS if comparison.errors else CLEAN


def _show(comparison: Comparison, options: Namespace, environment: Mapping[str, str]) -> None:
    """Print the comparison; only its own printer is imported."""
    if options.format == "markdown":
        from schedule_catalog.cli.github import diff as markdown
        from schedule_catalog.cli.github.links import Links
        from schedule_catalog.cli.github.workspace import Workspace

        workspace = Workspace.around(Path.cwd(), environment)
        markdown.show(comparison, Links(workspace, options.source_url, options.report_url))
    elif options.format == "json":
        from schedule_catalog.cli.rows import diff as rows

        rows.show(comparison)
    else:
        from schedule_catalog.cli.text import diff as text

        text.show(comparison)


COMMAND = Command(_DESCRIPTION, "schedules diff origin/main", add_arguments, run)
