"""Arguments of several commands."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path

from schedule_catalog.utc_time import utc_time
from schedule_catalog.wall_time import YEARS

CATALOG = Path("schedules")
STATE = Path(".stack")
"""Folder in which the laptop stack keeps its state."""
COUNT_MAX = 1000


def add_settings(command: argparse.ArgumentParser) -> None:
    """Add the option for the stacks' settings."""
    text = "stack settings (default: Pulumi.*.yaml beside the catalog, or above it)"
    command.add_argument("--settings", nargs="+", type=Path, metavar="FILE", action="extend", help=text)


def add_format(command: argparse.ArgumentParser) -> None:
    """Add the output format of a verb that acts: with JSON, text for people goes to the error output."""
    command.add_argument("--format", choices=("text", "json"), default="text", help="default: %(default)s")


def instant(text: str) -> datetime:
    """Return the instant (UTC) that a text names."""
    try:
        found = utc_time(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f'"{text}" is not a time: write for example 2027-01-05T09:00Z') from None
    if found.year not in YEARS:
        raise argparse.ArgumentTypeError(f'"{text}" is outside the years {YEARS[0]}-{YEARS[-1]}')
    return found


def count(text: str) -> int:
    """Return the number of fires that a text asks for."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:5]) <= COUNT_MAX:
        raise argparse.ArgumentTypeError(f'"{text}" is not a number from 1 to {COUNT_MAX}')
    return int(text)
