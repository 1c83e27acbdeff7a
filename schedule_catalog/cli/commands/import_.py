"""`schedules import`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from schedule_catalog.cli import as_json
from schedule_catalog.cli.command import Command
from schedule_catalog.cli.errors import UsageError
from schedule_catalog.cli.exit_status import CLEAN, PROBLEMS
from schedule_catalog.cli.line.arguments import CATALOG, add_format
from schedule_catalog.cli.line.project import Project
from schedule_catalog.cli.output import say
from schedule_catalog.cli.rows import import_ as import_rows
from schedule_catalog.cli.text import edits
from schedule_catalog.cli.text.imported import show_plan, show_result
from schedule_catalog.document import parse_document
from schedule_catalog.editing import EditError, catalog_files, inserted, new_file, schedules_of, schema_line, secrets_of
from schedule_catalog.errors import os_reason
from schedule_catalog.expressions import ZoneError, zone
from schedule_catalog.importing import (
    KINDS,
    Content,
    Converted,
    ImportContext,
    Imported,
    NotConvertibleError,
    Targets,
    imported,
)
from schedule_catalog.wording import suggestion

if TYPE_CHECKING:
    from schedule_catalog.document import Document

_DESCRIPTION = (
    "Convert the jobs of another scheduler: a crontab, Kubernetes CronJobs, Hasura's cron triggers, a vercel.json, "
    "schedules and rules of EventBridge, terraform show -json, a CloudFormation or SAM template, Google Cloud "
    "Scheduler jobs. The kind is recognised by content. An entry is written when its next 100 fires are those of "
    "its source; a comment above it names details of its call that change or are lost. Other jobs are refused (exit "
    "status 1)."
)
_SIZE_MAX = 1 << 20


def add_arguments(command: ArgumentParser) -> None:
    """Declare the arguments of the command."""
    kinds = ", ".join(sorted(KINDS))
    command.add_argument("kind", nargs="?", metavar="KIND", help=f"kind of FILE (default: recognised): {kinds}")
    command.add_argument("source", metavar="FILE", help='file to read, "-" for the standard input')
    command.add_argument("--plan", action="store_true", help="list the result for each job, and write nothing")
    command.add_argument("--owner", metavar="O", help="owner of the entries (default: the source's, else imported)")
    command.add_argument(
        "--timezone", default="UTC", metavar="Z", help="time zone of the machine or cluster (default: UTC)"
    )
    command.add_argument("--system", action="store_true", help="the crontab has a user field, as /etc/crontab")
    command.add_argument(
        "--service", type=_service, action="append", default=[], metavar="NAME=URL",
        help="write URLs below URL as service and path; may be repeated, also for one name",
    )  # fmt: skip
    command.add_argument(
        "--url", metavar="URL", help="request URL for jobs that make no call; {name} is the entry's name"
    )
    command.add_argument(
        "--into",
        type=Path,
        metavar="PATH",
        help="write into this catalog file, or into one file per owner in this folder",
    )
    command.add_argument(
        "--catalog", type=Path, default=CATALOG, metavar="FOLDER", help="catalog whose names are taken"
    )
    command.add_argument("--dry-run", action="store_true", help="show the change of --into and write nothing")
    add_format(command)


def run(options: Namespace, now: datetime) -> int:
    """Convert the jobs, print or write them, report the refused ones, and return the exit status."""
    if options.kind is not None and options.kind not in KINDS:
        raise UsageError(f'"{options.kind}" is not a kind of file: {suggestion(options.kind, KINDS)}')
    files = _files(options)
    taken = [name for document in files for name in schedules_of(document)]
    secrets = {name for document in files for name in secrets_of(document)}
    try:
        zone(options.timezone)
        targets = Targets(tuple(options.service), options.url, secrets)
        reading = ImportContext(targets, now, options.timezone, options.system)
        found = imported(Content(_text(options.source)), reading, options.kind, options.owner, taken)
        found = _with_owners(found, Project.beside([options.catalog]).owners())
        with as_json.beside(options.format == "json"):
            if not options.plan:
                _write(found, files, options)
            elif options.format == "text":
                show_plan(found)
    except (NotConvertibleError, EditError, ZoneError) as error:
        raise UsageError(str(error)) from error
    if options.format == "json":
        import_rows.show(found, written=bool(options.into) and not (options.plan or options.dry_run))
    else:
        show_result(found, planned=options.plan)
    return PROBLEMS if found.refused else CLEAN


def _files(options: Namespace) -> list[Document]:
    """Files of the catalog, and files to write into; UsageError if a name may be taken in one that cannot be read."""
    found, errors = catalog_files(options.catalog)
    if options.into and not options.plan:
        known = {Path(each.path) for each in found}
        target = catalog_files(options.into)
        found += [each for each in target.documents if Path(each.path) not in known]
        errors = sorted({*errors, *target.errors})
        if errors:
            raise UsageError("a name may be taken in a file that cannot be read:", *(f"  {each}" for each in errors))
    return found


def _with_owners(found: Imported, declared: Collection[str]) -> Imported:
    """Add the owners that a stack lacks to the settings; a stack that declares none does not check them."""
    lacking = {each.owner: {"contact": f"#{each.owner}"} for each in found.converted if each.owner not in declared}
    return replace(found, settings={**found.settings, "owners": lacking}) if declared and lacking else found


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
        raise UsageError(f'"{source}" cannot be read: {os_reason(error)}') from error
    except UnicodeDecodeError:
        raise UsageError(f'"{source}" is not UTF-8') from None


def _write(found: Imported, files: Sequence[Document], options: Namespace) -> None:
    owners = list(dict.fromkeys(each.owner for each in found.converted))
    folder: Path | None = options.into if options.into and _is_folder(options.into) else None
    if options.into and folder is None and len(owners) > 1:
        raise UsageError(f"the entries have {len(owners)} owners, but a file has one: name a folder with --into")
    for owner in owners:
        path = folder / f"{owner}.yaml" if folder else options.into
        old = next((each for each in files if path is not None and Path(each.path) == path), None)
        data = _data([each for each in found.converted if each.owner == owner], owner, old, path)
        if path is None:
            say(*([f"--- # {owner}.yaml"] if len(owners) > 1 else []), *data.decode().removesuffix("\n").split("\n"))
        else:
            edits.apply(path, None if old is None else old.data, data, options.dry_run)


def _is_folder(path: Path) -> bool:
    return path.is_dir() or path.suffix not in (".yaml", ".yml")


def _data(entries: Sequence[Converted], owner: str, old: Document | None, path: Path | None) -> bytes:
    document = old
    data = b""
    for each in entries:
        comment = tuple(map(str, each.notes))
        if document is None:
            head = schema_line(path, "schedule") if path else ()
            data = new_file(owner, each.name, each.values, comment, head)
        else:
            data = inserted(document, each.name, each.values, comment)
        document = parse_document(data, str(path or "import"))
    return data


def _service(text: str) -> tuple[str, str]:
    name, equals, url = text.partition("=")
    if not equals or not url.startswith(("http://", "https://")):
        raise ArgumentTypeError(f'"{text}" is not a service: write NAME=https://…')
    return name, url


COMMAND = Command(_DESCRIPTION, "schedules import crontab.txt --into schedules/imported.yaml", add_arguments, run)
