"""Arguments that several commands take."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path

from schedule_catalog.utc_time import utc_time

CATALOG = Path("schedules")
COUNT_MAX = 1000


def add_settings(command: argparse.ArgumentParser) -> None:
    """Let a command be told where the stacks' settings are."""
    text = "stack settings (default: Pulumi.*.yaml beside the catalog)"
    command.add_argument("--settings", nargs="+", type=Path, metavar="FILE", action="extend", help=text)


def add_format(command: argparse.ArgumentParser) -> None:
    """Let a verb that acts print what it did as one JSON document; its text then goes to the error output."""
    command.add_argument("--format", choices=("text", "json"), default="text", help="default: %(default)s")


def instant(text: str) -> datetime:
    """The instant (UTC) that a text names."""
    try:
        return utc_time(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f'"{text}" is not a time: write for example 2027-01-05T09:00Z') from None


def count(text: str) -> int:
    """The number of fires that a text asks for."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:5]) <= COUNT_MAX:
        raise argparse.ArgumentTypeError(f'"{text}" is not a number from 1 to {COUNT_MAX}')
    return int(text)
