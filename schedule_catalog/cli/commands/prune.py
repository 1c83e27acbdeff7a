"""`schedules prune`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schedule_catalog.cli import as_json
from schedule_catalog.cli.command import Command
from schedule_catalog.cli.errors import UsageError
from schedule_catalog.cli.exit_status import CLEAN
from schedule_catalog.cli.line.arguments import CATALOG, add_format, add_settings
from schedule_catalog.cli.line.sources import catalog_paths, known_settings
from schedule_catalog.cli.output import complain, say
from schedule_catalog.cli.text import edits
from schedule_catalog.editing import EditError, content, prunings
from schedule_catalog.wall_time import wall_text

if TYPE_CHECKING:
    from schedule_catalog.checking.stacks import Pointer
    from schedule_catalog.editing import Pruning
    from schedule_catalog.entry import Entry

_DESCRIPTION = (
    "Remove what is over: one-time schedules whose time, window and retries have passed, recurring ones past their "
    "end, and pauses that have ended. Their own comments go with them; the rest of the files stays as it is."
)


def add_arguments(command: ArgumentParser) -> None:
    """Declare the arguments of the command."""
    command.add_argument("paths", nargs="*", type=Path, metavar="PATH", help=f"files or folders (default: {CATALOG})")
    command.add_argument("--dry-run", action="store_true", help="show the change and write nothing")
    add_format(command)
    add_settings(command)


def run(options: Namespace, now: datetime) -> int:
    """Remove the finished schedules, name them, and return the exit status."""
    paths = catalog_paths(options.paths)
    settings = known_settings(paths, options.settings, None)
    try:
        found = prunings(edits.documents(paths), now, settings)
        with as_json.beside(options.format == "json"):
            for pruning in found:
                edits.apply(Path(pruning.before.path), pruning.before.data, pruning.after.data, options.dry_run)
                _tell(pruning, options.dry_run)
    except EditError as error:
        raise UsageError(str(error)) from error
    if options.format == "json":
        as_json.show("prune", {"written": not options.dry_run, "files": [_row(each) for each in found]})
    elif not found:
        (complain if options.dry_run else say)("no schedule is finished")
    return CLEAN


def _row(pruning: Pruning) -> dict[str, Any]:
    removed = [{"name": name, "reason": _reason(entries)} for name, entries in pruning.finished.items()]
    pauses = [{"key": ".".join(map(str, each)), "until": _until(pruning, each)} for each in pruning.pauses]
    return {"path": pruning.before.path, "removed": removed, "pauses": pauses, "empty": pruning.empty}


def _until(pruning: Pruning, pointer: Pointer) -> str:
    return str(content.value_at(pruning.before, (*pointer, "until")))


def _tell(pruning: Pruning, dry_run: bool) -> None:
    """Print a message; next to a patch, which another program may read, it goes to the error output."""
    tell = complain if dry_run else say
    for name, entries in pruning.finished.items():
        tell(f'{pruning.before.path}: removed "{name}": {_reason(entries)}')
    for pointer in pruning.pauses:
        tell(
            f'{pruning.before.path}: "{".".join(map(str, pointer))}" is removed: it ended at {_until(pruning, pointer)}'
        )
    if pruning.empty:
        left = "no schedule is left; remove the file, unless you still need its defaults"
        tell(f"{pruning.before.path}: {left}")


def _reason(entries: tuple[Entry, ...]) -> str:
    timing = entries[0].timing
    what = "was due" if timing.fires_once else "ended"
    return f"it {what} at {wall_text(timing.last)} {timing.timezone}" if timing.last else f"it {what}"


COMMAND = Command(_DESCRIPTION, "schedules prune --dry-run", add_arguments, run)
