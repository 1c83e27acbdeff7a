"""A company's own handlers on the laptop, whose tasks are in DynamoDB: loaded, and loaded again after an edit."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from local.options import Options
from local.stack import Stack
from proxy.signing import signature_headers
from schedule_catalog.deployment.names import Names

HANDLERS = """import os

from callback_api.handlers import Call, task

from texts import WORD


@task("greet")
def greet(call: Call) -> str:
    return f"{WORD} {call.data} from {os.environ['SENDER']}"
"""
SETTINGS = """config:
  aws:region: eu-central-1
  schedule-catalog:callback:
    code: handlers
    handlers: [greetings]
    environment: {SENDER: shop}
  schedule-catalog:signing:
    callback: {services: [callback], origins: [catalog, callback]}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A company's repository."""
    for name, text in (
        ("Pulumi.yaml", "name: shop\n"),
        ("Pulumi.dev.yaml", SETTINGS),
        ("schedules/empty.yaml", "owner: shop\nschedules: {}\n"),
        ("handlers/greetings.py", HANDLERS),
        ("handlers/texts.py", "WORD = 'hello'\n"),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture
def stack(project: Path, handled: None) -> Iterator[Stack]:
    options = Options("dev", None, (), project / "schedules", project / "state", project)
    with Stack(options, lambda name, what, seconds: None) as started:
        release = started.start()
        assert release.succeeded, release.error
        yield started


def greeted(stack: Stack) -> Any:
    """What a task of the company's own came to, called by the catalog."""
    body, run_key = json.dumps({"task": "greet", "data": "Ada"}).encode(), f"v1.{uuid.uuid4().hex}"
    secrets = stack.emulator.client("secretsmanager")
    key = secrets.get_secret_value(SecretId="/shop/dev/signing/callback")["SecretString"]
    signed = signature_headers("callback", key, run_key, int(time.time()), body, "catalog")
    proof = {**signed, "webhook-id": run_key, "X-Schedule-Origin": "catalog", "Content-Type": "application/json"}
    called = answer(Request(f"{stack.callback.url}/api/v1/tasks/callback", body, proof))
    url = f"{stack.callback.url}/api/v1/tasks/{called['task_id']}"
    return answer(Request(url, headers={"Authorization": f"Bearer {stack.callback.token}"}))["result"]


def answer(request: Request) -> Any:
    with urlopen(request, timeout=10) as found:
        return json.loads(found.read())


@pytest.mark.timeout(180)
def test_own_handlers_are_deployed_loaded_and_loaded_again_after_an_edit(stack: Stack, project: Path) -> None:
    assert greeted(stack) == "hello Ada from shop"
    table = Names("shop", "dev", "eu-central-1").tasks
    assert stack.emulator.client("dynamodb").scan(TableName=table)["Count"] > 0
    staged = project / "state" / "dev" / "packages" / "handlers-dev"
    assert (staged / "greetings.py").read_text() == HANDLERS

    (project / "handlers" / "texts.py").write_text("WORD = 'good morning'\n")
    assert stack.watch.changed()
    release = stack.release()
    assert (release.succeeded, release.replaced) == (True, True)
    assert greeted(stack) == "good morning Ada from shop"
    assert not stack.release().replaced

    (project / "handlers" / "greetings.py").write_text("def greet(:\n")
    assert stack.watch.changed()
    broken = stack.release()
    assert broken.error is not None
    assert "SyntaxError" in broken.error
    assert greeted(stack) == "good morning Ada from shop"
    assert stack.complaint() is None

    (project / "Pulumi.dev.yaml").write_text(SETTINGS.replace("code: handlers", "code: later"))
    assert stack.watch.changed()
    assert "is not a folder or a wheel" in str(stack.release().error)
    (project / "later").mkdir()
    (project / "later" / "greetings.py").write_text(HANDLERS.replace("from texts import WORD", "WORD = 'welcome'"))
    assert stack.watch.changed()
    assert stack.release().replaced
    assert greeted(stack) == "welcome Ada from shop"
