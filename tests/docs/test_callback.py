"""The pages on the callback service, followed in one application, with an AWS in memory behind it."""

from __future__ import annotations

import contextlib
import io
import re
import subprocess
import sys
import warnings
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from pydantic import AliasChoices
from sqlalchemy import MetaData

from callback_api.embedding import Tasks
from callback_api.settings import Settings
from callback_api.storage.sql import new_engine
from callback_api.task import TokenOwner
from callback_api.tokens import digest
from infra.callback_service import ROUTES
from schedule_client import ScheduleClient
from tests.docs.page import ROOT, blocks
from tests.schedule_client.aws import SETTINGS, Clock, FakeScheduler

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

KEY = "whsec_" + "QUJD" * 8
TASKS, HOSTING = ((ROOT / "docs" / f"{name}.md").read_text() for name in ("callback", "callback-hosting"))
FILES = {each.title: each for each in (*blocks(TASKS), *blocks(HOSTING)) if each.title.endswith(".py")}
SAMPLES = [FILES["shop.py"], *blocks(HOSTING), *(each for each in blocks(TASKS) if each.title not in FILES)]
"""The handlers of one page, the application of the other that imports them, and what is asked of both."""


def test_every_sample_prints_what_the_pages_say(tmp_path: Path) -> None:
    aws, clock = FakeScheduler(), Clock()
    url = f"sqlite:///{tmp_path}/shop.sqlite"
    engine = new_engine(url)
    names: dict[str, Any] = {}
    printed = ""
    checked = 0
    for block in SAMPLES:
        if block.language == "python":
            ours = r"^(from (callback_api.embedding|schedule_client) import .*|import (os|shop\b.*))$"
            source = re.sub(ours, "", block.text, flags=re.MULTILINE)
            names |= {
                "ScheduleClient": partial(ScheduleClient, SETTINGS, client=aws, clock=clock, sleep=clock.sleep),
                "Tasks": partial(Tasks, clock=clock),
                "os": SimpleNamespace(
                    environ={
                        "DATABASE_URL": url,
                        "CALLBACK_SIGNING_KEYS": KEY,
                        "CALLBACK_INTERNAL_TOKEN": "the-internal-token",
                    }
                ),
                "engine": engine,
            }
            if "/tasks/callback" in source:
                clock.now += timedelta(minutes=30)
            output = io.StringIO()
            with contextlib.redirect_stdout(output):
                exec(source, names)
            printed = output.getvalue()
            if "app" in names and "client" not in names:
                names["tasks"].service.store.add_token(digest("sct_shop"), TokenOwner("shop"), clock())
                headers = {"Authorization": "Bearer sct_shop"}
                names["client"] = TestClient(names["app"], "http://testserver/shop", headers=headers)
        elif block.text == "python -m callback_api.examples\n":
            command = [sys.executable, "-m", "callback_api.examples"]
            printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        elif block.language == "text":
            assert printed == block.text
            checked += 1
    with engine.connect() as connection:
        filtered = MigrationContext.configure(connection, opts={"include_name": names["include_name"]})
        dropped = [change[0] for change in compare_metadata(filtered, MetaData())]
    names["tasks"].service.store.close()
    engine.dispose()
    assert dropped == ["remove_table"], "the table of orders is the application's own"
    assert checked == 5
    assert len(aws.schedules) == 1


def test_every_setting_is_listed_by_all_its_names() -> None:
    aliases = [field.validation_alias for field in Settings.model_fields.values()]
    known = [set(map(str, each.choices)) if isinstance(each, AliasChoices) else {str(each)} for each in aliases]
    listed = [
        set(re.findall("`([A-Z_]+)`", cells)) for cells in re.findall(r"^\| (`[A-Z_]+`[^|]*)\|", HOSTING, re.MULTILINE)
    ]

    assert sorted(map(sorted, listed)) == sorted(map(sorted, known))


@pytest.mark.parametrize("route", ROUTES.values())
def test_every_route_is_listed(route: str) -> None:
    assert f"| `{route}` |" in TASKS
