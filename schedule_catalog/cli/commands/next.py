"""`schedules next`."""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from schedule_catalog.checking.draft import aws_text
from schedule_catalog.checking.entry_of_draft import no_request
from schedule_catalog.checking.pipeline import check
from schedule_catalog.cli.command import Command
from schedule_catalog.cli.errors import UsageError
from schedule_catalog.cli.line.arguments import CATALOG, count, instant
from schedule_catalog.cli.line.moments import span
from schedule_catalog.cli.line.sources import catalog_paths, known_calendars, known_settings
from schedule_catalog.cli.text import forecast as forecast_text
from schedule_catalog.cli.text.summary import warn_omitted
from schedule_catalog.expressions import ExpressionError, ZoneError
from schedule_catalog.forecast import Forecast, forecast_entries, forecast_expression
from schedule_catalog.wording import nearest
from schedule_catalog.workers import Workers

if TYPE_CHECKING:
    from schedule_catalog.checking.catalog import Catalog
    from schedule_catalog.entry import Entry


def _json(forecasts: Sequence[Forecast], start: datetime) -> None:
    from schedule_catalog.cli.rows import forecast

    forecast.show(forecasts, start)


PRINTERS: Mapping[str, Callable[[Sequence[Forecast], datetime], None]] = {
    "text": forecast_text.show,
    "json": _json,
}

AGENDAS: Mapping[str, Callable[[Sequence[Forecast], datetime], None]] = {
    "text": forecast_text.show_in_order,
    "json": _json,
}

_COUNT = 5
# Limit for one schedule: one that fires each minute has this many in a week.
_MOST_FIRES = 7 * 24 * 60
_TIME = re.compile(r"\d{4}-\d\d-\d\d")
_RATE = re.compile(r"\s*\d+\s*[A-Za-z]+\s*")
_DESCRIPTION = "Show when schedules fire, in local time and UTC, with the clock changes between."


def add_arguments(command: ArgumentParser) -> None:
    """Declare the arguments of the command."""
    command.add_argument("names", nargs="*", metavar="NAME", help="schedules of the catalog (default: all)")
    command.add_argument(
        "--expression",
        metavar="E",
        help='use this instead of a schedule, as in YAML: "0 9 * * ? *", "5 minutes" or 2027-01-05T09:00',
    )
    command.add_argument("--timezone", metavar="Z", help="time zone of --expression, an IANA name (default: UTC)")
    command.add_argument(
        "--from", dest="start", type=instant, metavar="T", help="ISO 8601, UTC without an offset (default: now)"
    )
    number = command.add_mutually_exclusive_group()
    number.add_argument(
        "--count", type=count, metavar="N", help=f"number of fires of each schedule (default: {_COUNT})"
    )
    number.add_argument(
        "--within", type=span, metavar="SPAN", help="all fires within 90m, 2h or 1d, of all schedules in order of time"
    )
    command.add_argument("--stack", metavar="NAME", help="show only the entries of this stack")
    command.add_argument("--format", choices=PRINTERS, default="text", help="default: %(default)s")
    command.add_argument(
        "--catalog", type=Path, action="append", metavar="PATH", help=f"file or folder (default: {CATALOG})"
    )


def run(options: Namespace, now: datetime) -> int:
    """Print the next fires and return the exit status."""
    start = options.start or now
    if options.within is None:
        PRINTERS[options.format](_forecasts(options, start, now), start)
    else:
        AGENDAS[options.format](_within(options, start, now), start)
    return 0


def _within(options: Namespace, start: datetime, now: datetime) -> list[Forecast]:
    if options.expression is not None:
        raise UsageError("--within is only for schedules of the catalog: remove --expression, or use --count")
    return forecast_entries(_chosen(options, now), start, _MOST_FIRES, start + options.within)


def _forecasts(options: Namespace, start: datetime, now: datetime) -> list[Forecast]:
    if options.expression is not None:
        if options.names or options.catalog or options.stack:
            raise UsageError("--expression cannot be combined with NAME, --stack or --catalog")
        try:
            timezone = "UTC" if options.timezone is None else options.timezone
            expression = _as_aws_writes(options.expression)
            return [forecast_expression(expression, timezone, start, options.count or _COUNT)]
        except (ExpressionError, ZoneError) as error:
            raise UsageError(str(error)) from error
    return forecast_entries(_chosen(options, now), start, options.count or _COUNT)


def _as_aws_writes(text: str) -> str:
    """EventBridge Scheduler's form of an expression as YAML takes it; its shape tells its kind."""
    if text.startswith(("cron(", "rate(", "at(")):
        return text
    if _TIME.match(text):
        return aws_text("at", text)
    return aws_text("rate" if _RATE.fullmatch(text) else "cron", text)


def _chosen(options: Namespace, now: datetime) -> list[Entry]:
    if options.timezone is not None:
        raise UsageError("--timezone is only for --expression: a schedule of the catalog has its own")
    paths = catalog_paths(options.catalog)
    # Only the stacks and their freezes matter here: a fire does not depend on whether the call is allowed.
    calendars = known_calendars(paths, None, known_settings(paths, None, options.stack), options.stack, now)
    catalog = check(
        paths,
        settings={},
        calendars=calendars,
        stack=options.stack,
        now=now,
        workers=Workers.of_machine(),
        requests=no_request,
    )
    warn_omitted(len(catalog.errors))
    if not options.names:
        return list(catalog.entries)
    entries: dict[str, list[Entry]] = {}
    for entry in catalog.entries:
        entries.setdefault(entry.name, []).append(entry)
    missing = [name for name in options.names if name not in entries]
    if missing:
        raise UsageError(*(_unknown(name, entries, catalog) for name in missing))
    return [entry for name in dict.fromkeys(options.names) for entry in entries[name]]


def _unknown(name: str, known: Iterable[str], catalog: Catalog) -> str:
    near = nearest(name, known)
    instead = f': did you mean "{near}"?' if near else ""
    also = "; schedules with errors are omitted" if catalog.errors else ""
    return f'there is no schedule "{name}"{instead}{also}'


COMMAND = Command(_DESCRIPTION, "schedules next close-invoices --count 3", add_arguments, run)
