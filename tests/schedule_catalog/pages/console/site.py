"""A console of a stack in doubles of AWS."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from schedule_catalog.pages.console.app import console_app
from schedule_catalog.pages.console.desk import Desk, WantedCatalog
from schedule_catalog.pages.console.session import ConsoleSession
from schedule_catalog.settings import parse_settings
from tests.catalog_texts import checked
from tests.schedule_catalog.operations.aws import NAMES, NOW, Clients
from tests.schedule_catalog.operations.records import record

CATALOG = """
owner: billing
defaults: {service: callback}
schedules:
  nightly: {cron: "0 9 * * ? *", timezone: Asia/Seoul, request: {path: /close}}
"""
PAGE = f"/schedules/{NAMES.catalog_group}/nightly"


def deployed() -> Clients:
    """One schedule of the catalog whose last run was undelivered."""
    aws = Clients()
    aws.scheduler.add("nightly", ScheduleExpressionTimezone="Asia/Seoul")
    failed = replace(record("nightly", "2026-11-23T00:00:00Z"), state="undelivered", reason="http-503", status=503)
    aws.dynamodb.items += [record("nightly", "2026-11-22T00:00:00Z").to_item(), failed.to_item()]
    return aws


def console(aws: Clients, port: int, read_only: bool = False) -> tuple[Any, str]:
    """The app, and the path that signs a browser in."""
    entries = checked(CATALOG, stack="prod", now=NOW).entries
    began = time.monotonic()

    def clock() -> datetime:
        return NOW + timedelta(seconds=time.monotonic() - began)

    desk = Desk(aws.stack, NAMES, lambda: WantedCatalog(entries, parse_settings("prod", {})), clock)
    session = ConsoleSession(port)
    return console_app(desk, session, read_only), f"/?token={session.token}"
