"""Delivery in real time through the emulator: `python -m benchmarks.wiring [RUNS]`.

The real program is deployed with a catalog of its own, and each run is handed to the function as EventBridge Scheduler
does, every tenth twice. The target, a server on loopback, refuses three of ten requests in four ways. At the end the
ledger, the target and the queues are counted, and have to agree: every run in one final state, every delivered run
answered with 200 exactly once.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from infra.packages import PACKAGES, Platform, stage
from local.deployer import Deployer, Program
from local.emulator.emulator import Emulator
from local.options import CHECKOUT
from schedule_catalog.deployment.names import log_group
from schedule_catalog.settings import NAMESPACE
from schedule_client.contract.times import wire_time

FINAL = {"delivered", "undelivered", "skipped"}
SCHEDULES = 10
A_SECOND = 5
SHARE = 0.3
REQUEST = {"url": "https://hooks.example.com/call"}
# A run older than its schedule allows would be dropped unsent: the runs are of now.
FIRST = datetime.now(UTC).replace(second=0, microsecond=0)
Answer = int | None
"""A status, or no answer at all."""


class LoopbackTarget:
    """A server on loopback; `answer` receives a run's key and the number of its earlier calls."""

    def __init__(self, answer: Callable[[str, int], Answer]) -> None:
        self.calls: Counter[str] = Counter()
        self.applied: Counter[str] = Counter()
        self.answers: Counter[str] = Counter()
        self._lock = threading.Lock()
        target = self

        class TargetHandler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status = target.decide(self.headers.get("Idempotency-Key") or "", answer)
                if status is None:
                    self.close_connection = True
                    return
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), TargetHandler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def decide(self, key: str, answer: Callable[[str, int], Answer]) -> Answer:
        """The answer to one call, which is counted."""
        with self._lock:
            status = answer(key, self.calls[key])
            self.calls[key] += 1
            self.applied[key] += status == 200
            self.answers[str(status or "no answer")] += 1
            return status

    def __enter__(self) -> LoopbackTarget:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


@dataclass(slots=True)
class DeployedStack:
    """The deployed program; `outputs` are its exports."""

    emulator: Emulator
    outputs: dict[str, Any]
    sent: Counter[str] = field(default_factory=Counter[str])

    def fire(self, schedule: str, scheduled: datetime) -> None:
        """Hand one run over, as EventBridge Scheduler does."""
        found = self.emulator.client("scheduler").get_schedule(Name=schedule, GroupName=self.outputs["catalog_group"])
        instant = wire_time(scheduled)
        text = found["Target"]["Input"].replace("<aws.scheduler.schedule-arn>", found["Arn"])
        self.emulator.client("lambda").invoke(
            FunctionName=found["Target"]["Arn"],
            InvocationType="Event",
            Payload=text.replace("<aws.scheduler.scheduled-time>", instant).encode(),
        )
        self.sent[f"{schedule} {instant}"] += 1

    def ledger(self) -> list[dict[str, str]]:
        """Every item of the table, plain."""
        pages = self.emulator.client("dynamodb").get_paginator("scan").paginate(TableName=self.outputs["ledger_table"])
        return [
            {key: next(iter(value.values())) for key, value in item.items()} for page in pages for item in page["Items"]
        ]

    def outcomes(self) -> Counter[str]:
        """Number of each result of the function."""
        group = log_group(self.outputs["proxy_function"])
        events = self.emulator.client("logs").filter_log_events(logGroupName=group)["events"]
        lines = [json.loads(event["message"]) for event in events if event["message"].startswith('{"event":"outcome"')]
        return Counter(line["state"] for line in lines)

    def messages(self, output: str) -> int:
        """Number of messages in a queue, visible or not."""
        names = ["", "NotVisible", "Delayed"]
        found = self.emulator.client("sqs").get_queue_attributes(QueueUrl=self.outputs[output], AttributeNames=["All"])
        return sum(int(found["Attributes"][f"ApproximateNumberOfMessages{name}"]) for name in names)


@contextmanager
def deployed(
    folder: Path, target: LoopbackTarget, retry: dict[str, int], schedules: int = SCHEDULES
) -> Generator[DeployedStack]:
    """Program in a new emulator, with a catalog of schedules that are only fired by hand."""
    entries = {f"call-{number}": {"rate": "1 day", "retry": retry, "request": REQUEST} for number in range(schedules)}
    with deployed_catalog(folder, target.url, entries) as stack:
        yield stack


@contextmanager
def deployed_catalog(folder: Path, target: str, entries: Mapping[str, object]) -> Generator[DeployedStack]:
    """Program in a new emulator, with these entries, whose calls all go to one target."""
    (folder / "schedules").mkdir()
    (folder / "schedules" / "platform.yaml").write_text(json.dumps({"owner": "platform", "schedules": entries}))
    for package in PACKAGES:
        stage(package, folder / "packages", Platform.HOST)
    config = {
        f"{NAMESPACE}:catalog": str(folder / "schedules"),
        f"{NAMESPACE}:packages": str(folder / "packages"),
        # A duplicate of a run at work looks again when the function that has it must have ended.
        f"{NAMESPACE}:proxy": json.dumps({"timeout_seconds": 15}),
        f"{NAMESPACE}:proxy_routes": json.dumps({"default": target, "direct": []}),
    }
    with Emulator(folder / "emulator") as emulator:
        program = Program(CHECKOUT, "dev", config)
        with Deployer(program, emulator, folder / "deployer", api_endpoint=target) as deployer:
            deployment = deployer.deploy()
            if deployment.error is not None or deployment.failures:
                raise RuntimeError(f"not deployed: {deployment.error or deployment.failures}")
            yield DeployedStack(emulator, dict(deployment.outputs))


def settled(stack: DeployedStack, runs: int, seconds: float) -> list[dict[str, str]]:
    """The ledger, as soon as it has so many runs in a final state and no message waits, or when time is up."""
    deadline = time.monotonic() + seconds
    while True:
        items = [item for item in stack.ledger() if item["sk"] != "lock"]
        done = len(items) == runs and all(item["state"] in FINAL for item in items)
        if (done and stack.messages("retry_queue_url") == 0) or time.monotonic() > deadline:
            return items
        time.sleep(0.5)


def main(runs: int) -> int:
    """Run it and print the counts; 1 where they do not add up."""
    chance = random.Random(1)

    def answer(key: str, calls: int) -> Answer:
        return chance.choice((500, 503, 429, None)) if chance.random() < SHARE else 200

    with tempfile.TemporaryDirectory() as folder, LoopbackTarget(answer) as target:
        retry = {"max_attempts": 5, "max_age_minutes": 60}
        with deployed(Path(folder), target, retry) as stack:
            began = time.perf_counter()
            for number in range(runs):
                for _ in range(2 if number % 10 == 0 else 1):
                    stack.fire(f"call-{number % SCHEDULES}", FIRST + timedelta(minutes=number // SCHEDULES))
                time.sleep(1 / A_SECOND)
            items = settled(stack, runs, 600)
            return report(stack, target, items, runs, time.perf_counter() - began)


def report(stack: DeployedStack, target: LoopbackTarget, items: list[dict[str, str]], runs: int, seconds: float) -> int:
    """Print the counts and what is wrong with them."""
    states = Counter(item["state"] for item in items)
    delivered = {item["run_key"] for item in items if item["state"] == "delivered"}
    attempts = Counter(int(item["attempt"]) for item in items)
    kept = stack.messages("undelivered_url")
    print(f"{runs} runs, {sum(stack.sent.values())} events, in {seconds:.0f} s")
    print(f"ledger: {', '.join(f'{count} {state}' for state, count in sorted(states.items()))}")
    print(f"attempts: {', '.join(f'{count} runs with {number}' for number, count in sorted(attempts.items()))}")
    print(f"target: {', '.join(f'{count} times {word}' for word, count in sorted(target.answers.items()))}")
    print(f"queues: {kept} undelivered, {stack.messages('retry_queue_url')} waiting")
    wrong = [
        *(["not every run is in one final state"] if sum(states[state] for state in FINAL) != runs else []),
        *(
            ["a delivered run was not applied exactly once"]
            if any(target.applied[key] != 1 for key in delivered)
            else []
        ),
        *(["the queue holds other runs than the ledger"] if kept != states["undelivered"] else []),
        *(["an undelivered run was applied"] if set(+target.applied) != delivered else []),
    ]
    for line in wrong or ["everything adds up"]:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100))
