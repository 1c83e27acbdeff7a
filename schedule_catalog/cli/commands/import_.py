"""`schedules import`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from schedule_catalog.cli.command import Command
from schedule_catalog.cli.errors import UsageError
from schedule_catalog.cli.exit_status import CLEAN, PROBLEMS
from schedule_catalog.cli.line.arguments import CATALOG
from schedule_catalog.cli.output import complain, say
from schedule_catalog.cli.text import edits
from schedule_catalog.document import parse_document
from schedule_catalog.editing import EditError, inserted, new_file, schedules_of
from schedule_catalog.expressions import ZoneError, zone
from schedule_catalog.importing import (
    Converted,
    NotConvertibleError,
    Refused,
    Targets,
    aws_jobs,
    conversions,
    cronjob_jobs,
    crontab_jobs,
)

if TYPE_CHECKING:
    from schedule_catalog.document import Document
    from schedule_catalog.importing.job import Job

_DESCRIPTION = (
    "Convert a crontab, Kubernetes CronJobs or the output of aws scheduler get-schedule. An entry is written when its "
    "next 100 fires are those of its source; the rest is refused with the reason (exit status 1)."
)
_SIZE_MAX = 1 << 20


def add_arguments(command: ArgumentParser) -> None:
    """Declare what the command takes."""
    command.add_argument("kind", choices=("crontab", "cronjob", "aws"), help="what FILE is")
    command.add_argument("source", metavar="FILE", help='the file to read, "-" for the standard input')
    command.add_argument("--owner", default="imported", metavar="O", help="owner of the entries (default: %(default)s)")
    command.add_argument("--timezone", default="UTC", metavar="Z", help="zone of the machine or cluster (default: UTC)")
    command.add_argument("--system", action="store_true", help="the crontab has a user field, as /etc/crontab")
    command.add_argument(
        "--service", type=_service, action="append", metavar="NAME=URL", help="write URLs below URL as service and path"
    )
    command.add_argument(
        "--url", metavar="URL", help="call this for commands that are no plain curl; {name} is the job"
    )
    command.add_argument("--into", type=Path, metavar="FILE", help="write into this catalog file (default: print)")
    command.add_argument("--catalog", type=Path, default=CATALOG, metavar="FOLDER", help="whose names are taken")
    command.add_argument("--dry-run", action="store_true", help="show the change of --into and write nothing")


def run(options: Namespace, now: datetime) -> int:
    """Convert the jobs, print or write them, name what was refused, and return the exit status."""
    documents = edits.documents([options.catalog]) if options.catalog.exists() else []
    if options.into and options.into.exists() and all(Path(each.path) != options.into for each in documents):
        documents += edits.documents([options.into])
    old = next((each for each in documents if options.into and Path(each.path) == options.into), None)
    taken = [name for document in documents for name in schedules_of(document)]
    try:
        zone(options.timezone)
        results = list(conversions(_jobs(options, now), options.owner, now, taken))
        converted = [each for each in results if isinstance(each, Converted)]
        if converted:
            _write(converted, old, options)
    except (NotConvertibleError, EditError, ZoneError) as error:
        raise UsageError(str(error)) from error
    return _tell(results, len(converted))


def _jobs(options: Namespace, now: datetime) -> Iterable[Job | Refused]:
    targets = Targets(dict(options.service or ()), options.url)
    text = _text(options.source)
    if options.kind == "crontab":
        return crontab_jobs(text, targets, options.timezone, options.system)
    return cronjob_jobs(text, targets, options.timezone) if options.kind == "cronjob" else aws_jobs(text, targets, now)


def _text(source: str) -> str:
    try:
        if source == "-":
            data = sys.stdin.buffer.read(_SIZE_MAX + 1)
        else:
            with Path(source).open("rb") as file:
                data = file.read(_SIZE_MAX + 1)
        if len(data) > _SIZE_MAX:
            raise UsageError(f'"{source}" is larger than {_SIZE_MAX:,} bytes: split it')
        return data.decode()
    except OSError as error:
        raise UsageError(f'"{source}" cannot be read: {(error.strerror or str(error)).lower()}') from error
    except UnicodeDecodeError:
        raise UsageError(f'"{source}" is not UTF-8') from None


def _write(converted: Sequence[Converted], old: Document | None, options: Namespace) -> None:
    path = options.into or Path("import")
    document = old
    for each in converted:
        if document is None:
            data = new_file(options.owner, each.name, each.values, each.notes)
        else:
            data = inserted(document, each.name, each.values, each.notes)
        document = parse_document(data, str(path))
    if document is None:
        return
    if options.into is None:
        say(*document.data.decode().removesuffix("\n").split("\n"))
    else:
        edits.apply(path, None if old is None else old.data, document.data, options.dry_run)


def _tell(results: Sequence[Converted | Refused], converted: int) -> int:
    refused = [each for each in results if isinstance(each, Refused)]
    for each in refused:
        complain(f"refused: {each.origin}: {each.reason}")
    noun = "entry" if converted == 1 else "entries"
    complain(f"{converted} {noun}, each proved by its next 100 fires; {len(refused)} refused")
    return PROBLEMS if refused else CLEAN


def _service(text: str) -> tuple[str, str]:
    name, equals, url = text.partition("=")
    if not equals or not url.startswith(("http://", "https://")):
        raise ArgumentTypeError(f'"{text}" is no service: write NAME=https://…')
    return name, url


COMMAND = Command(
    _DESCRIPTION, "schedules import crontab jobs.crontab --into schedules/imported.yaml", add_arguments, run
)
