"""`schedules fmt`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from schedule_catalog.cli import as_json
from schedule_catalog.cli.command import Command
from schedule_catalog.cli.errors import UsageError
from schedule_catalog.cli.exit_status import CLEAN, PROBLEMS
from schedule_catalog.cli.line.arguments import CATALOG, add_format
from schedule_catalog.cli.line.sources import catalog_paths
from schedule_catalog.cli.output import say
from schedule_catalog.cli.text import edits
from schedule_catalog.editing import EditError, formatted
from schedule_catalog.problem import Severity

if TYPE_CHECKING:
    from schedule_catalog.document import Document

_DESCRIPTION = "Give the files of the catalog one layout. Values and comments stay."


def add_arguments(command: ArgumentParser) -> None:
    """Declare the arguments of the command."""
    command.add_argument("paths", nargs="*", type=Path, metavar="PATH", help=f"files or folders (default: {CATALOG})")
    command.add_argument("--check", action="store_true", help="write nothing; exit with 1 if a file would change")
    command.add_argument("--dry-run", action="store_true", help="show the change and write nothing")
    add_format(command)


def run(options: Namespace, now: datetime) -> int:
    """Format the files, name those that change, and return the exit status."""
    documents = edits.documents(catalog_paths(options.paths))
    if not documents:
        raise UsageError("no *.yaml or *.yml file: nothing was formatted")
    with as_json.beside(options.format == "json"):
        results = {document.path: _format(document, options) for document in documents}
    if options.format == "json":
        files = [{"path": path, "result": result} for path, result in results.items()]
        as_json.show("fmt", {"written": not (options.check or options.dry_run), "files": files})
    failing = {"failed", "changed"} if options.check else {"failed"}
    return PROBLEMS if failing.intersection(results.values()) else CLEAN


def _format(document: Document, options: Namespace) -> str:
    """Format one file; return "same", "changed" or "failed"."""
    if not document.readable:
        edits.show_problems((each for each in document.problems if each.severity is Severity.ERROR), [document])
        return "failed"
    try:
        data = formatted(document)
        if data == document.data:
            return "same"
        if not options.check:
            edits.apply(Path(document.path), document.data, data, options.dry_run)
    except EditError as error:
        say(f"{document.path}: not formatted: {error}")
        return "failed"
    if not options.dry_run:
        say(f"{document.path}: {'would be formatted' if options.check else 'formatted'}")
    return "changed"


COMMAND = Command(_DESCRIPTION, "schedules fmt --check", add_arguments, run)
