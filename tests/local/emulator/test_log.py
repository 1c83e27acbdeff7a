from __future__ import annotations

import os
import subprocess
import sys
import threading
from io import BufferedReader, FileIO
from queue import Queue
from subprocess import PIPE
from typing import TYPE_CHECKING, Any

from ministack.core import lambda_runtime  # pyright: ignore[reportMissingTypeStubs]

from local.emulator.emulator import Emulator
from local.emulator.log import Pipe, complete_logs
from local.engine.archive import Archive

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

LINES = 3_000
TALKATIVE = f"""
def handle(event, context):
    for number in range({LINES}):
        print(event["call"], number)
    if event["call"] == "failing":
        raise ValueError("failed")
"""


def passed_on(lines: Queue[str]) -> list[str]:
    return [lines.get_nowait() for _ in range(lines.qsize())]


def test_an_answer_takes_every_line_that_no_pump_has_read_yet() -> None:
    read, write = os.pipe()
    lines: Queue[str] = Queue()
    with FileIO(read) as end, FileIO(write, "w") as other:
        pipe = Pipe(end, lines)
        assert pipe.take()
        other.write(b"one\ntw")
        assert pipe.take()
        assert passed_on(lines) == ["one"]
        other.write(b"o\n\xff\n")
        assert pipe.take()
        assert passed_on(lines) == ["two", "\N{REPLACEMENT CHARACTER}"]
        other.write(b"last wor")
        other.close()
        assert not pipe.take()
        assert not pipe.take()
        assert passed_on(lines) == ["last wor"]


def test_a_pump_reads_beside_those_that_take_until_the_process_ends() -> None:
    writer = "for number in range(20000): print(number, 'x' * 100)"
    lines: Queue[str] = Queue()
    with subprocess.Popen([sys.executable, "-c", writer], stdout=PIPE) as process:
        assert isinstance(process.stdout, BufferedReader)
        pipe = Pipe(process.stdout.raw, lines)
        pump = threading.Thread(target=pipe.pump)
        pump.start()
        while pump.is_alive():
            pipe.take()
    pump.join()
    assert [int(line.split()[0]) for line in passed_on(lines)] == list(range(20000))


def test_a_worker_that_has_answered_reads_what_it_wrote_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lambda_runtime, "Worker", lambda_runtime.Worker)  # put back after the test
    complete_logs()
    worker: Any = lambda_runtime.Worker("function", {}, b"")
    says = "import sys; print('said', file=sys.stderr); print('answered', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", says], text=True, stdin=PIPE, stdout=PIPE, stderr=PIPE) as process:
        assert process.stdin
        assert process.stdout
        worker._proc = process
        assert process.stdout.readline() == "answered\n"
        assert worker._drain_stderr_bounded() == "said"
        process.stdin.write("\n")


def test_each_invocation_has_all_its_lines_whether_it_answers_or_fails(tmp_path: Path) -> None:
    code = Archive(members={"talkative.py": Archive(text=TALKATIVE)})
    with Emulator(tmp_path) as emulator:
        functions, logs = emulator.client("lambda"), emulator.client("logs")
        functions.create_function(
            FunctionName="talkative",
            Role="arn:aws:iam::000000000000:role/r",
            Runtime="python3.13",
            Handler="talkative.handle",
            Code={"ZipFile": code.zipped()},
        )
        for call in ("first", "failing", "last"):
            functions.invoke(FunctionName="talkative", Payload=f'{{"call": "{call}"}}'.encode())
        events = logs.filter_log_events(logGroupName="/aws/lambda/talkative", limit=10_000)["events"]
    said = [event["message"] for event in events]
    for call in ("first", "failing", "last"):
        assert [line for line in said if line.startswith(f"{call} ")] == [f"{call} {number}" for number in range(LINES)]
