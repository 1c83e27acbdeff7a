"""The pages' sample of an application with the service within it, as it is, on a stack that calls it, signed."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from callback_api.storage.sql import SqlTaskStore, migrate, new_engine
from callback_api.task import TokenOwner
from callback_api.tokens import digest
from tests.docs.page import ROOT, blocks
from tests.eventually import eventually
from tests.local.shop_stack import shop_stack

PAGES = [(ROOT / "docs" / f"{name}.md").read_text() for name in ("callback", "callback-hosting")]
USER = {"Authorization": "Bearer sct_shop"}


def sample(name: str) -> str:
    """The block of the pages that a file of this name holds."""
    (text,) = [block.text for page in PAGES for block in blocks(page) if block.title == name]
    return text


@pytest.mark.timeout(200)
def test_the_sample_works_through_the_proxy_signed_below_its_prefix(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'shop.sqlite'}"
    (tmp_path / "shop.py").write_text(sample("shop.py"))
    (tmp_path / "app.py").write_text(sample("app.py"))
    migrate(engine := new_engine(url))
    SqlTaskStore(engine).add_token(digest("sct_shop"), TokenOwner("shop"), datetime.now(UTC))
    engine.dispose()
    with shop_stack(tmp_path / "stack", sweep="/shop/api/v1/sweep") as stack:
        told: dict[str, Any] = {"DATABASE_URL": url, "CALLBACK_SIGNING_KEYS": stack.signing_key}
        with stack.serving(tmp_path, "-m", "uvicorn", "app:app", "--port", str(stack.port), **told):
            assert stack.ask("POST", "/shop/api/v1/tasks/callback", {"task_id": "t"}).status == 401
            body = {"task": "send-survey", "data": {"address": "ada@example.com"}, "delay_minutes": 0.01}
            made = stack.ask("POST", "/shop/api/v1/tasks/schedule", body, **USER)
            assert made.status == 201, made.data
            place = made.headers["Location"]
            eventually(lambda: len(stack.pending()) == 1)
            time.sleep(0.7)  # then the task is due, by the clock of its service
            stack.pass_(minutes=3)

            task = eventually(lambda: done if (done := stack.ask("GET", place, **USER).json())["result"] else None)
            runs = eventually(lambda: found if len(found := stack.runs()) > 1 else None)

    assert (task["status"], task["result"], task["attempts"]) == ("COMPLETED", {"sent_to": "ada@example.com"}, 1)
    assert {("shop", "delivered"), ("catalog", "delivered")} <= {(run["origin"], run["state"]) for run in runs}
    log = (tmp_path / "server.log").read_text()
    assert "Traceback" not in log, log
