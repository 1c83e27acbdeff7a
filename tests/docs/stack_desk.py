"""A deployed stack in which the page about operation is followed from top to bottom, at one fixed moment."""

from __future__ import annotations

import io
import shlex
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from schedule_catalog.calendars import UNREAD
from schedule_catalog.checking.pipeline import check
from schedule_catalog.cli.errors import UsageError
from schedule_catalog.cli.line.parser import parser
from schedule_catalog.deployment.arguments import schedule_arguments
from schedule_catalog.errors import CatalogError
from schedule_catalog.pages.console.app import console_app
from schedule_catalog.pages.console.desk import Desk as ConsoleDesk
from schedule_catalog.pages.console.desk import WantedCatalog
from schedule_catalog.pages.console.session import ConsoleSession
from schedule_catalog.settings import parse_settings
from tests.docs.page import NOW
from tests.schedule_catalog.cli.operating import run_parsed
from tests.schedule_catalog.operations.aws import NAMES, Clients, delivered
from tests.schedule_catalog.operations.deployment import deploy
from tests.schedule_catalog.operations.messages import UNDELIVERED, by_proxy, by_scheduler
from tests.schedule_catalog.operations.records import record

MOMENT = datetime.fromisoformat(NOW)
CATALOG = """
owner: billing
defaults: {service: billing}
schedules:
  close-invoices:
    cron: "0 9 * * ? *"
    timezone: Asia/Seoul
    request: {path: /api/v1/invoices/close, body: {mode: nightly}}
  export-ledger:
    rate: 1 hour
    request: {path: /api/v1/ledger/export}
  newsletter:
    cron: "0 8 ? * MON *"
    timezone: Europe/Paris
    request: {path: /api/v1/newsletter}
"""


class StackDesk:
    """The stack `prod` of a catalog with three schedules, to which some things have happened."""

    def __init__(self, folder: Path) -> None:
        self._where = ["--catalog", str(folder / "schedules")]
        self._aws = Clients()
        self._seconds = count(0.0, 0.148)
        (folder / "schedules").mkdir()
        (folder / "schedules" / "billing.yaml").write_text(CATALOG)
        (folder / "Pulumi.prod.yaml").write_text(
            'config: {"schedule-catalog:services": {billing: "https://billing.example.com"}}\n'
        )
        self._deploy(folder)
        self._let_happen()

    def run(self, line: str) -> str:
        """Return what a `schedules` command prints, on either stream, and its exit status unless that is 0."""
        program, *arguments = shlex.split(line)
        assert program == "schedules", line
        printed = io.StringIO()
        with redirect_stdout(printed), redirect_stderr(printed):
            options = parser(arguments).parse_args([*arguments, *self._where])
            clock = {"monotonic": lambda: next(self._seconds)} if options.command == "trigger" else {}
            try:
                run_parsed(self._aws, options, MOMENT, **clock)
            except (UsageError, CatalogError) as error:
                printed.write(f"schedules {options.command}: {error}\n")
        return printed.getvalue()

    def console(self, port: int) -> tuple[Any, str]:
        """The console of the stack at a port, and the path that signs a browser in."""
        desk = ConsoleDesk(self._aws.stack, NAMES, lambda: WantedCatalog(self._entries, self._settings), lambda: MOMENT)
        session = ConsoleSession(port)
        return console_app(desk, session), f"/?token={session.token}"

    def _deploy(self, folder: Path) -> None:
        self._settings = settings = parse_settings("prod", {"services": {"billing": "https://billing.example.com"}})
        catalog = check([folder / "schedules"], settings={"prod": settings}, calendars=UNREAD, stack="prod", now=MOMENT)
        assert not catalog.problems, catalog.problems
        self._entries = catalog.entries
        for entry in catalog.entries:
            arguments = schedule_arguments(entry, MOMENT, settings)
            assert arguments is not None
            deploy(self._aws, arguments)

    def _let_happen(self) -> None:
        aws = self._aws
        aws.scheduler.schedules[NAMES.catalog_group, "newsletter"].update(
            ScheduleExpression="cron(0 8 ? * TUE *)", LastModificationDate=datetime.fromisoformat("2026-11-23T08:30Z")
        )
        aws.scheduler.add("try-something")
        gave_up: dict[str, Any] = {
            "state": "undelivered",
            "attempt": 5,
            "status": 503,
            "reason": "http-503",
            "message": "the target answered 503",
            "updated": "2026-11-23T00:41:07.512Z",
        }
        runs = [record("close-invoices", f"2026-11-{day}T00:00:00Z") for day in (20, 21, 22)]
        runs.append(replace(record("close-invoices", "2026-11-23T00:00:00Z"), **gave_up))
        first = datetime.fromisoformat("2026-11-22T08:12:00Z")
        hourly = (first + timedelta(hours=hour) for hour in range(20))
        runs += [record("export-ledger", f"{time:%Y-%m-%dT%H:%M:%SZ}") for time in hourly]
        aws.dynamodb.items += [run.to_item() for run in runs]
        aws.functions.answer = lambda event: (delivered(run_key=_RUN_KEY, api_response={"closed": 42}), None)
        by_proxy(
            aws,
            "4f0c2ad1-9c55-4a8e-8f34-3d7b0f8f6a21",
            "close-invoices",
            reason="http-503",
            message="the target answered 503",
            status="503",
            scheduled_time="2026-11-23T00:00:00Z",
            undelivered_at="2026-11-23T00:41:07.512Z",
            run_key=_RUN_KEY,
        )
        by_scheduler(
            aws,
            "b1e7c0de-52d4-47f3-a0a6-0c1d2e3f4a5b",
            name="export-ledger",
            sent=1_795_408_020_000,
            ERROR_CODE="AWS.Scheduler.InternalServerError",
            SCHEDULED_TIME="2026-11-23T04:12:00Z",
        )
        aws.sqs.add(UNDELIVERED, "e01d9a77-3b9f-4d61-9c0e-5a3a3f0a4a10", "hello?", sent=1_795_420_800_000)


_RUN_KEY = "v1.3fa29c01d1f04ab6b1a1f0a3e7c2c1c0"
