"""Calendar that `schedules new --calendar` asks for."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import datetime
from pathlib import Path

from schedule_catalog.calendars.public_holidays import CountryError, public_holidays
from schedule_catalog.calendars.reading import NAME
from schedule_catalog.cli.errors import UsageError
from schedule_catalog.cli.line.sources import catalog_paths, known_calendars, known_settings
from schedule_catalog.editing.calendar_text import calendar_text
from schedule_catalog.editing.schema_line import schema_line

_MOST_YEARS = 20


def add_calendar_arguments(command: ArgumentParser) -> None:
    """Declare the arguments of a calendar."""
    days = command.add_argument_group("a calendar of public holidays instead of a schedule")
    days.add_argument("--calendar", metavar="NAME", help="name of the calendar, and of its file")
    days.add_argument("--country", metavar="C", help="ISO 3166 code, such as KR")
    days.add_argument("--subdivision", metavar="S", help="its code in the country, such as BY")
    days.add_argument("--years", type=_years, metavar="Y-Y", help="for example 2027-2029")


def new_calendar(options: Namespace, now: datetime) -> tuple[Path, bytes]:
    """Return the file to create and its text; UsageError for an existing or unknown calendar."""
    if options.name is not None:
        raise UsageError("NAME and --calendar exclude each other: write one of them")
    if not options.country or not options.years:
        raise UsageError("no days: write --country KR --years 2027-2029")
    if not NAME.fullmatch(options.calendar):
        message = 'lower-case letters, digits and "-", at most 63'
        raise UsageError(f'"{options.calendar}" cannot be the name of a calendar: {message}')
    catalog = catalog_paths([options.catalog]) if options.catalog.exists() else (options.catalog,)
    settings = known_settings(catalog, options.settings, None) if options.catalog.exists() else {}
    folder = Path(known_calendars(catalog, options.settings, settings, None, now).folder)
    path = folder / f"{options.calendar}.yaml"
    if path.exists():
        raise UsageError(f'"{path}" exists: edit it, or remove it first')
    try:
        days = public_holidays(options.country, options.subdivision, options.years)
    except CountryError as error:
        raise UsageError(str(error)) from error
    where = f"{options.country}-{options.subdivision}" if options.subdivision else options.country
    span = f"{options.years[0]} to {options.years[-1]}" if len(options.years) > 1 else f"{options.years[0]}"
    description = options.description or f"Public holidays of {where}, {span}"
    return path, calendar_text(description, options.timezone, days, schema_line(path, "calendar"))


def _years(text: str) -> range:
    first, _, last = text.partition("-")
    if all(part.isascii() and part.isdigit() and len(part) == 4 for part in (first, last or first)):
        years = range(int(first), int(last or first) + 1)
        if int(first) >= 1970 and 0 < len(years) <= _MOST_YEARS:
            return years
    raise ArgumentTypeError(f'"{text}" is not a span of at most {_MOST_YEARS} years: write for example 2027-2029')
