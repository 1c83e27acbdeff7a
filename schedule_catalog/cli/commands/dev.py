"""`schedules dev`."""

from __future__ import annotations

import re
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import datetime, timedelta
from pathlib import Path

from schedule_catalog.cli.command import Command
from schedule_catalog.cli.line.arguments import CATALOG, STATE, instant
from schedule_catalog.cli.line.stack_program import Start, become, start_stack_program

_DESCRIPTION = (
    "Run a stack on this machine: an AWS emulator, the Pulumi program, and schedules that really fire. No call leaves "
    "this machine unless its host is opened with --live. With --simulate, run the schedules over simulated time."
)
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600}


def add_arguments(command: ArgumentParser) -> None:
    """Declare the arguments of the command; the program reads the same line with them."""
    command.add_argument("--stack", type=_stack, metavar="NAME", help="default: dev, else the only one with settings")
    command.add_argument("--catalog", type=Path, metavar="DIR", help=f"default: {CATALOG}")
    command.add_argument(
        "--settings",
        type=Path,
        metavar="FILE",
        help="of the stack (default: Pulumi.STACK.yaml of the catalog's project)",
    )
    real = command.add_argument_group("in real time")
    real.add_argument(
        "--for",
        dest="duration",
        type=_duration,
        metavar="TIME",
        help="stop after this time (60s, 5m, 1h): exit with 0 if every due call was delivered, else with 1",
    )
    text = "really call this host; repeatable"
    real.add_argument("--live", action="append", type=_host, default=[], metavar="HOST", help=text)
    text = "also answer requests for this host name, which containers use (host.docker.internal); repeatable"
    real.add_argument("--allow-host", action="append", default=[], metavar="NAME", help=text)
    real.add_argument("--state", type=Path, metavar="DIR", help=f"default: {STATE}")
    simulated = command.add_argument_group("over simulated time")
    simulated.add_argument("--simulate", action="store_true", help="make no calls; --from and --to set the period")
    simulated.add_argument("--from", dest="start", type=instant, metavar="TIME", help="like 2027-01-04")
    simulated.add_argument("--to", dest="end", type=instant, metavar="TIME", help="no run begins after this")
    simulated.add_argument(
        "--faults", type=Path, metavar="FILE", help="YAML with the faults to simulate (default: none)"
    )
    simulated.add_argument(
        "--seed", type=int, metavar="N", help="seed: the same number gives the same run (default: 1)"
    )
    simulated.add_argument("--format", choices=("text", "json"), help="default: text")


def run(options: Namespace, now: datetime, start: Start = become) -> int:
    """Run the stack with the program."""
    return start_stack_program(options, start)


def _stack(text: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}", text) is None:
        raise ArgumentTypeError(f'"{text}" is not the name of a stack: use letters, digits, "_", "-" and "."')
    return text


def _duration(text: str) -> timedelta:
    match = re.fullmatch(r"(\d{1,6})([smh]?)", text)
    if match is None or int(match[1]) == 0:
        raise ArgumentTypeError(f'"{text}" is not a span of time: write 60s, 5m or 1h')
    return timedelta(seconds=int(match[1]) * _UNITS[match[2]])


def _host(text: str) -> str:
    """Host in a URL, for all of its ports; a whole URL is accepted too."""
    host = re.sub(r"^https?://", "", text.lower()).split("/", 1)[0]
    found = re.fullmatch(r"([a-z0-9_.-]+)(:\d+)?", host)
    if found is None:
        raise ArgumentTypeError(f'"{text}" is not a host: write that of the URL, like api.example.com')
    return found[1]


COMMAND = Command(_DESCRIPTION, "schedules dev --live status.example.com", add_arguments, run)
