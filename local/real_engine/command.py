"""`python -m local engine`: the program under Pulumi's own engine, through a stack's whole life."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from infra.packages import PackageError
from local.clients import Clients
from local.emulator.emulator import Emulator
from local.errors import LocalError
from local.locking import lock_folder
from local.options import CHECKOUT, DEFAULT_STACK
from local.real_engine.aws_form import AwsFormClients
from local.real_engine.aws_side import AwsSide
from local.real_engine.cli import Cli, find_cli
from local.real_engine.project import EngineProject
from local.real_engine.provider import Provider, serve
from local.real_engine.walk import Walk
from local.stack import DEFAULT_REGION
from local.stack_file import read_stack
from schedule_catalog.cli.line.parser import CommandLine
from schedule_catalog.cli.output import complain, say

EXIT_FAILED, EXIT_INTERRUPTED = 1, 130


def engine(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> int:
    """Walk; 0 when every step did what it should, or none can be had; 1 when not, 130 when stopped."""
    options = _parser().parse_args(arguments)
    try:
        cli = find_cli(environment, _say)
        if cli is None:
            _say("skipped: there is neither a pulumi on PATH nor a go to build one with")
            return 0
        _walk(cli, options.state)
    except (LocalError, PackageError) as error:
        complain(*f"error: {error}".splitlines())
        return EXIT_FAILED
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = CommandLine(
        prog="python -m local engine",
        description="Preview, deploy, edit, refresh and destroy the dev stack by Pulumi's own engine, on the emulator.",
    )
    parser.add_argument(
        "--state", type=Path, default=CHECKOUT / ".stack" / "engine", metavar="DIR", help="(.stack/engine)"
    )
    return parser


def _walk(cli: Cli, state: Path) -> None:
    began = time.monotonic()
    folder = state.resolve()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = lock_folder(folder, "engine.lock", patience_seconds=0)
    try:
        region = read_stack(CHECKOUT, DEFAULT_STACK).region
        project = EngineProject(folder, cli)
        with Emulator(folder / "emulator", region=region or DEFAULT_REGION) as emulator:
            emulator.reset()
            aws = Clients(emulator.endpoint, emulator.region)
            answers = AwsFormClients(emulator.endpoint, emulator.region)
            with serve(Provider(answers, project.folder)) as provider:
                project.prepare(provider.port)
                project.stage_packages()
                _step("prepare", f"pulumi {cli.version()}, stack {DEFAULT_STACK}, {emulator.region}", began)
                Walk(project, AwsSide(aws), _tell, _detail).go()
    finally:
        os.close(lock)
    _step("every step did what it should", "", began)


def _step(title: str, what: str, began: float) -> None:
    _tell(title, what, time.monotonic() - began)


def _tell(title: str, what: str, seconds: float) -> None:
    _say(f"{title:<42} {what:<42} {seconds:5.1f} s")


def _detail(line: str) -> None:
    _say(f"    {line}")


def _say(line: str) -> None:
    say(line)
    sys.stdout.flush()
