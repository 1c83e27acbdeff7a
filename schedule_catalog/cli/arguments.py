"""What may stand on the command line."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

CATALOG = Path("schedules")
FORMATS = ("text", "github", "json")
COUNT_MAX = 1000


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command."""
    top = argparse.ArgumentParser("schedules", description="HTTP schedules as reviewed YAML.", allow_abbrev=False)
    top.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    top.add_argument("--traceback", action="store_true", help="on a crash, show where it happened")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_check(commands)
    _add_next(commands)
    return top


def _add_check(commands: Any) -> None:
    text = "Find every mistake in the catalog. Exit status: 0 clean, 1 problems, 2 wrong use, 3 crash."
    command = commands.add_parser(
        "check", help="find every mistake in the catalog", description=text, allow_abbrev=False
    )
    command.add_argument("paths", nargs="*", type=Path, metavar="PATH", help=f"files or folders (default: {CATALOG})")
    command.add_argument("--stack", metavar="NAME", help="check only what this stack gets")
    command.add_argument("--base", metavar="REV", help="git revision before the change: what it adds may not be past")
    command.add_argument("--strict", action="store_true", help="warnings fail the check too")
    command.add_argument("--format", choices=FORMATS, default="text", help="default: %(default)s")
    _add_settings(command)


def _add_next(commands: Any) -> None:
    text = "Show when schedules fire, in local time and UTC, with the changes of the clocks between."
    command = commands.add_parser("next", help="show when schedules fire", description=text, allow_abbrev=False)
    command.add_argument("names", nargs="*", metavar="NAME", help="schedules of the catalog (default: all)")
    command.add_argument("--expression", metavar="E", help='instead of a schedule: "cron(…)", "rate(…)" or "at(…)"')
    command.add_argument("--timezone", metavar="Z", help="IANA zone of --expression (default: UTC)")
    command.add_argument(
        "--from", dest="start", type=_instant, metavar="T", help="ISO 8601, UTC without an offset (default: now)"
    )
    command.add_argument(
        "--count", type=_count, default=5, metavar="N", help="fires of each schedule (default: %(default)s)"
    )
    command.add_argument("--stack", metavar="NAME", help="show what this stack gets")
    command.add_argument("--format", choices=("text", "json"), default="text", help="default: %(default)s")
    command.add_argument(
        "--catalog", type=Path, action="append", metavar="PATH", help=f"file or folder (default: {CATALOG})"
    )


def _add_settings(command: argparse.ArgumentParser) -> None:
    text = "stack settings (default: Pulumi.*.yaml beside the catalog)"
    command.add_argument("--settings", nargs="+", type=Path, metavar="FILE", action="extend", help=text)


def _instant(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f'"{text}" is not a time: write for example 2027-01-05T09:00Z') from None
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:5]) <= COUNT_MAX:
        raise argparse.ArgumentTypeError(f'"{text}" is not a number from 1 to {COUNT_MAX}')
    return int(text)


class _Version(argparse.Action):
    """Looks the version up only when it is asked for."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        from importlib.metadata import version

        print(f"schedules {version('schedule-catalog')}")
        parser.exit()
