from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from local.emulator.concurrency import AT_ONCE
from local.engine.archive import Archive

if TYPE_CHECKING:
    from local.emulator.emulator import Emulator

EVENTS = 2 * AT_ONCE
PATIENCE_SECONDS = 60.0
# Each invocation leaves a file when it begins; an asynchronous one ends when it is let.
CODE = """
import time, uuid
from pathlib import Path
def handle(event, context):
    folder = Path(event["folder"])
    (folder / event["kind"] / uuid.uuid4().hex).touch()
    while event["kind"] == "event" and not (folder / "over").exists():
        time.sleep(0.05)
"""


def wait(true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true() and time.monotonic() < deadline:
        time.sleep(0.05)
    return true()


def test_asynchronous_events_wait_for_their_turn_and_a_synchronous_one_does_not(
    emulator: Emulator, tmp_path: Path
) -> None:
    for name in ("event", "asked"):
        (tmp_path / name).mkdir()
    functions = emulator.client("lambda")
    functions.create_function(
        FunctionName="crowded",
        Role="arn:aws:iam::000000000000:role/any",
        Runtime="python3.13",
        Handler="handler.handle",
        Timeout=60,
        Code={"ZipFile": Archive(members={"handler.py": Archive(text=CODE)}).zipped()},
    )

    def invoke(kind: str, how: str) -> None:
        payload = json.dumps({"folder": str(tmp_path), "kind": kind}).encode()
        functions.invoke(FunctionName="crowded", InvocationType=how, Payload=payload)

    def begun(kind: str) -> int:
        return len(list((tmp_path / kind).iterdir()))

    for _ in range(EVENTS):
        invoke("event", "Event")
    assert wait(lambda: begun("event") >= AT_ONCE)
    invoke("asked", "RequestResponse")
    assert (begun("event"), begun("asked")) == (AT_ONCE, 1)

    (tmp_path / "over").touch()
    assert wait(lambda: begun("event") == EVENTS)
