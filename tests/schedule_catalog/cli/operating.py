"""The commands about a deployed stack, run against doubles of AWS."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from schedule_catalog.cli.line.parser import command, parser
from schedule_catalog.cli.line.stack_arguments import Reached
from tests.schedule_catalog.operations.aws import NAMES, NOW, Clients

if TYPE_CHECKING:
    from argparse import Namespace

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


def run(aws: Clients, *arguments: str, now: datetime = NOW) -> int:
    """The status of `schedules ARGUMENTS`."""
    options: Namespace = parser(arguments).parse_args(arguments)
    return command(options.command).run(options, now, lambda options: Reached(aws.stack, NAMES))
