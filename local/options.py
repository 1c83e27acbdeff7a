"""The command line of `python -m local`."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from schedule_catalog.cli.line.parser import CommandLine
from schedule_client.loopback import checked_host

CHECKOUT = Path(__file__).resolve().parent.parent
DEFAULT_STACK = "dev"
STATE = CHECKOUT / ".stack"
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600}


@dataclass(frozen=True, slots=True)
class Options:
    """What to run: `duration` is None for until it is stopped, `live` the hosts that calls really go to.

    hosts: names besides loopback's own by which programs reach the stack, from a container for instance.
    """

    stack: str
    duration: timedelta | None
    live: tuple[str, ...]
    catalog: Path
    state: Path
    hosts: tuple[str, ...] = ()


def parse_options(arguments: Sequence[str]) -> Options:
    """Read the arguments; usage errors end the program with status 2."""
    parser = CommandLine(
        prog="python -m local",
        description="Run a stack on this machine: an AWS emulator, the Pulumi program, and schedules that really fire. "
        "No call leaves loopback unless its host is opened with --live.",
    )
    parser.add_argument(
        "--stack", type=_stack, default=DEFAULT_STACK, metavar="NAME", help="whose entries and settings to run (dev)"
    )
    parser.add_argument(
        "--for",
        dest="duration",
        type=_duration,
        metavar="TIME",
        help="end after this long (60s, 5m, 1h): status 0 when every call that fell due was delivered, 1 when not",
    )
    parser.add_argument(
        "--live", action="append", type=_host, default=[], metavar="HOST", help="really call this host; repeatable"
    )
    parser.add_argument(
        "--allow-host",
        action="append",
        type=_allowed_host,
        default=[],
        metavar="NAME",
        help="also answer requests for this host name, which containers use (host.docker.internal); repeatable",
    )
    parser.add_argument("--catalog", type=Path, default=CHECKOUT / "schedules", metavar="DIR", help="(schedules)")
    parser.add_argument("--state", type=Path, default=STATE, metavar="DIR", help="(.stack)")
    found = parser.parse_args(arguments)
    if not found.catalog.is_dir():
        parser.error(f'there is no folder "{found.catalog}": name the catalog with --catalog DIR')
    return Options(found.stack, found.duration, tuple(found.live), found.catalog, found.state, tuple(found.allow_host))


def _stack(text: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}", text) is None:
        raise argparse.ArgumentTypeError(f'"{text}" is no stack\'s name: letters, digits, "_", "-" and "."')
    return text


def _duration(text: str) -> timedelta:
    match = re.fullmatch(r"(\d{1,6})([smh]?)", text)
    if match is None or int(match[1]) == 0:
        raise argparse.ArgumentTypeError(f'"{text}" is no time: write 60s, 5m or 1h')
    return timedelta(seconds=int(match[1]) * _UNITS[match[2]])


def _allowed_host(text: str) -> str:
    try:
        return checked_host(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _host(text: str) -> str:
    """A host as it stands in a URL, for all of its ports; a URL given in its place is understood."""
    host = re.sub(r"^https?://", "", text.lower()).split("/", 1)[0]
    found = re.fullmatch(r"([a-z0-9_.-]+)(:\d+)?", host)
    if found is None:
        raise argparse.ArgumentTypeError(f'"{text}" is no host: write the one of the URL, like api.example.com')
    return found[1]
