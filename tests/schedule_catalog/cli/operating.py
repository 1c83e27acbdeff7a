"""The commands about a deployed stack, run against doubles of AWS."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from schedule_catalog.cli.line.parser import command, parser
from schedule_catalog.cli.line.stack_arguments import Reached
from tests.schedule_catalog.operations.aws import NAMES, NOW

if TYPE_CHECKING:
    from argparse import Namespace

    from schedule_catalog.operations import Deployed

CATALOG = """owner: billing
defaults: {service: callback}
schedules:
  nightly:
    cron: "0 9 * * ? *"
    timezone: Asia/Seoul
    request: {path: /close}
"""


def write_catalog(folder: Path, text: str = CATALOG) -> list[str]:
    """Write a catalog with the settings of its stack; what a command must be told of it."""
    (folder / "schedules").mkdir()
    (folder / "schedules" / "billing.yaml").write_text(text)
    (folder / "Pulumi.prod.yaml").write_text("config: {}\n")
    return ["--catalog", str(folder / "schedules")]


class Operated(Protocol):
    """What has a deployed stack, such as the doubles of AWS."""

    stack: Deployed


def run(operated: Operated, *arguments: str, now: datetime = NOW) -> int:
    """The status of `schedules ARGUMENTS`."""
    return run_parsed(operated, parser(arguments).parse_args(arguments), now)


def run_parsed(operated: Operated, options: Namespace, now: datetime, **clock: Callable[[], float]) -> int:
    """The status of a command line that is parsed; `clock` is what some verbs take besides."""
    verb: Callable[..., int] = command(options.command).run  # those about a stack take the way to it as well
    return verb(options, now, lambda _: Reached(operated.stack, NAMES), **clock)
