"""`schedules new`."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schedule_catalog.cli import as_json
from schedule_catalog.cli.command import Command
from schedule_catalog.cli.errors import UsageError
from schedule_catalog.cli.exit_status import CLEAN, PROBLEMS
from schedule_catalog.cli.line.arguments import CATALOG, add_format, add_settings
from schedule_catalog.cli.line.holidays import add_calendar_arguments, new_calendar
from schedule_catalog.cli.line.json_value import json_value
from schedule_catalog.cli.line.sources import catalog_paths, known_calendars, known_settings
from schedule_catalog.cli.output import complain, say
from schedule_catalog.cli.rows.forecast import fire_row
from schedule_catalog.cli.rows.problems import problem_row
from schedule_catalog.cli.text import edits
from schedule_catalog.editing import EditError, NewEntry, addition, catalog_files, owner_file
from schedule_catalog.expressions import zone
from schedule_catalog.settings import CLIENT_TYPES
from schedule_catalog.wording import counted

if TYPE_CHECKING:
    from schedule_catalog.document import Document
    from schedule_catalog.editing.addition import Addition
    from schedule_catalog.entry import Entry
    from schedule_catalog.problem import Problem

_DESCRIPTION = "Write a new schedule into the file of its owner. The rest of the file stays as it is."
_TIMINGS = ("cron", "rate", "at")
_PLAIN = ("description", *_TIMINGS, "timezone", "start", "end", "overlap", "runbook", "not_on")
_FIRES = 3
_REQUEST = ("url", "service", "path", "method")
_CONTENT = ("header", "param", "body", "form", "text", "auth")
_PLACE = ("owner", "file", "stacks", "disabled")
# A calendar has a description too, and the time zone of its days.
_NOT_OF_CALENDAR = {*_PLAIN, *_REQUEST, *_CONTENT, *_PLACE, "window", "timeout"} - {"description", "timezone"}
_OF_CALENDAR = {"country", "subdivision", "years"}


def add_arguments(command: ArgumentParser) -> None:
    """Declare the arguments of the command."""
    command.add_argument(
        "name", nargs="?", metavar="NAME", help="lower-case letters, digits and -; unique in the catalog"
    )
    when = command.add_argument_group("when it fires (give one of the first three)")
    when.add_argument("--cron", metavar="C", help='six fields, for example "0 9 ? * MON-FRI *"')
    when.add_argument("--rate", metavar="R", help='for example "5 minutes"')
    when.add_argument("--at", metavar="T", help="one local time: 2027-01-05T09:00")
    when.add_argument("--timezone", metavar="Z", help="IANA zone (default: the file's, or UTC)")
    when.add_argument("--start", metavar="T", help="no calls before this local time")
    when.add_argument("--end", metavar="T", help="no calls from this local time on")
    when.add_argument(
        "--not-on", action="append", metavar="CALENDAR", help="no calls on the days of this calendar; may be repeated"
    )
    when.add_argument("--window", type=int, metavar="MINUTES", help="spread the calls over this number of minutes")
    target = "--url, or --path with the --service of the file's defaults"
    what = command.add_argument_group("request to make", target)
    what.add_argument("--url", metavar="U", help="absolute https URL")
    what.add_argument("--service", metavar="S", help="service of the stacks' settings")
    what.add_argument("--path", metavar="P", help="path at the service")
    what.add_argument("--method", metavar="M", help="HTTP method (default: POST)")
    what.add_argument("--header", type=_header, action="append", metavar="'NAME: VALUE'", help="may be repeated")
    what.add_argument("--param", type=_param, action="append", metavar="NAME=VALUE", help="may be repeated")
    what.add_argument("--body", type=json_value, metavar="JSON", help="body of the request")
    what.add_argument("--form", type=_param, action="append", metavar="NAME=VALUE", help="field of a form; repeatable")
    what.add_argument("--text", metavar="TEXT", help="body that is sent unchanged; its type is a --header")
    what.add_argument(
        "--auth", type=_auth, metavar="A", help="bearer:SECRET, basic:SECRET, header:NAME:SECRET or TYPE:CLIENT"
    )
    what.add_argument("--timeout", type=int, metavar="SECONDS", help="time limit for the response")
    what.add_argument("--overlap", choices=("allow", "skip"), help="skip: no call while another is running")
    where = command.add_argument_group("owner and file")
    where.add_argument("--owner", metavar="O", help="default: the owner of --file, or the only owner of the catalog")
    where.add_argument("--file", type=Path, metavar="F", help="default: the owner's file; a new file for a new owner")
    where.add_argument("--description", metavar="D", help="purpose of the schedule")
    where.add_argument("--runbook", metavar="LINK", help="instructions for the operator when the call fails")
    where.add_argument("--stacks", metavar="A,B", help="stacks that get it (default: all)")
    where.add_argument(
        "--disabled", action="store_const", const=True, help="create it in AWS without fires, until it is enabled"
    )
    add_calendar_arguments(command)
    command.add_argument("--catalog", type=Path, metavar="FOLDER", default=CATALOG, help="default: %(default)s")
    command.add_argument("--dry-run", action="store_true", help="show the change and write nothing")
    add_format(command)
    add_settings(command)


def run(options: Namespace, now: datetime) -> int:
    """Write the schedule, print its next fires, and return the exit status."""
    if options.calendar is not None:
        if given := _given(options, _NOT_OF_CALENDAR):
            raise UsageError(f"--calendar writes days, not a schedule: remove {given}")
        return _write_calendar(options, now)
    if options.name is None:
        raise UsageError("no name: write the schedule's NAME, or --calendar NAME for a calendar")
    if given := _given(options, _OF_CALENDAR):
        raise UsageError(f"only --calendar writes the days of a country: remove {given}")
    catalog = options.catalog
    documents, errors = catalog_files(catalog)
    if errors:
        return _refuse(errors, documents, options.file or catalog, options)
    settings = known_settings(catalog_paths([catalog]), options.settings, None) if catalog.exists() else {}
    try:
        owner, path = owner_file(documents, options.owner, options.file, catalog)
        new = NewEntry(options.name, owner, str(path), _values(options))
        calendars = known_calendars([catalog], options.settings, settings, None, now)
        added = addition(new, documents, settings=settings, calendars=calendars, now=now)
        documents.append(added.document)
        if added.refused:
            return _refuse(added.problems, documents, path, options)
        with as_json.beside(options.format == "json"):
            edits.show_problems(added.problems, documents)
            edits.apply(path, added.before, added.document.data, options.dry_run)
    except EditError as error:
        raise UsageError(str(error)) from error
    if options.format == "json":
        _show_json(added, path, options, now)
    else:
        _tell(added.entries, path, options, now)
    return CLEAN


def _given(options: Namespace, names: Collection[str]) -> str:
    """Those of the options that the line has, in the order of the help."""
    given = (name for name, value in vars(options).items() if name in names and value is not None)
    return ", ".join(f"--{name.replace('_', '-')}" for name in given)


def _refuse(problems: Sequence[Problem], documents: Sequence[Document], path: Path, options: Namespace) -> int:
    """Show why nothing is written to *path*: the file, or the catalog if the file cannot be chosen."""
    with as_json.beside(options.format == "json"):
        edits.show_problems(problems, documents)
    if options.format == "json":
        as_json.show("new", _members(options, path, False, problems))
    return PROBLEMS


def _write_calendar(options: Namespace, now: datetime) -> int:
    path, data = new_calendar(options, now)
    days = data.count(b"  - ")
    try:
        with as_json.beside(options.format == "json"):
            edits.apply(path, None, data, options.dry_run)
    except EditError as error:
        raise UsageError(str(error)) from error
    if options.format == "json":
        as_json.show("new", _members(options, path, not options.dry_run))
    else:
        tell, verb = (complain, "would be written") if options.dry_run else (say, "written")
        tell(f'"{options.calendar}" {verb} to {path}: {counted(days, "day")}; review them, the file is what counts')
    return CLEAN


def _show_json(added: Addition, path: Path, options: Namespace, now: datetime) -> None:
    schedules = [
        {
            "stack": entry.stack,
            "timezone": entry.timing.timezone,
            "fires": [fire_row(each, entry.timing.timezone) for each in entry.timing.upcoming(now, _FIRES)],
        }
        for entry in added.entries
    ]
    members = _members(options, path, not options.dry_run, added.problems)
    as_json.show("new", {**members, "schedules": schedules})


def _members(options: Namespace, path: Path, written: bool, problems: Sequence[Problem] = ()) -> dict[str, Any]:
    return {
        "name": options.calendar or options.name,
        "path": str(path),
        "written": written,
        "problems": [problem_row(each) for each in problems],
        "schedules": [],
    }


def _values(options: Namespace) -> dict[str, Any]:
    if not any(getattr(options, timing) for timing in _TIMINGS):
        raise UsageError('no timing: write --cron "0 9 ? * MON-FRI *", --rate "5 minutes" or --at 2027-01-05T09:00')
    if not options.url and not options.path:
        raise UsageError("no target: write --url https://…, or --service NAME --path /…")
    values = {key: getattr(options, key) for key in _PLAIN}
    values |= {"flexible_window_minutes": options.window, "timeout_seconds": options.timeout}
    values["stacks"] = options.stacks.split(",") if options.stacks else None
    values["enabled"] = False if options.disabled else None
    request = {key: getattr(options, key) for key in _REQUEST}
    request |= {"headers": _headers(options.header or ()), "params": _grouped(options.param or ())}
    request |= {"body": options.body, "form": _grouped(options.form or ()), "text": options.text, "auth": options.auth}
    values["request"] = {key: value for key, value in request.items() if value is not None}
    return {key: value for key, value in values.items() if value is not None}


def _tell(entries: Sequence[Entry], path: Path, options: Namespace, now: datetime) -> None:
    verb = "would be written" if options.dry_run else "written"
    (complain if options.dry_run else say)(f'"{options.name}" {verb} to {path}')
    if options.dry_run:
        return
    for entry in entries:
        local = zone(entry.timing.timezone)
        times = [f"{each.astimezone(local):%a %Y-%m-%d %H:%M %Z}" for each in entry.timing.upcoming(now, _FIRES)]
        stack = f" [{entry.stack}]" if entry.stack else ""
        say(f"next{stack}: {', '.join(times) or 'never'}")


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise ArgumentTypeError(f'"{text}" is not a header: write "NAME: VALUE"')
    return name.strip(), value.strip()


def _param(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise ArgumentTypeError(f'"{text}" is not a parameter: write NAME=VALUE')
    return name, value


def _headers(pairs: Sequence[tuple[str, str]]) -> dict[str, str] | None:
    headers: dict[str, str] = {}
    for name, value in pairs:
        if name in headers:
            raise UsageError(f'the header "{name}" is given twice: write --header once for each name')
        headers[name] = value
    return headers or None


def _grouped(pairs: Sequence[tuple[str, str]]) -> dict[str, Any] | None:
    """Values by name; a name given several times gets a list."""
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        grouped.setdefault(name, []).append(value)
    return {name: values if len(values) > 1 else values[0] for name, values in grouped.items()} or None


def _auth(text: str) -> dict[str, str]:
    kind, _, rest = text.partition(":")
    name, colon, secret = rest.partition(":")
    if kind == "header" and colon and name and secret:
        return {"type": kind, "name": name, "secret": secret}
    if kind in ("bearer", "basic") and rest:
        return {"type": kind, "secret": rest}
    if kind in CLIENT_TYPES and rest:
        return {"type": kind, "client": rest}
    raise ArgumentTypeError(
        f"write bearer:SECRET, basic:SECRET or header:NAME:SECRET with the name of a secret, or TYPE:CLIENT with "
        f"{', '.join(CLIENT_TYPES[:-1])} or {CLIENT_TYPES[-1]} and the name of a client"
    )


COMMAND = Command(
    _DESCRIPTION,
    'schedules new close-invoices --cron "0 9 * * ? *" --service billing --path /close',
    add_arguments,
    run,
)
