"""Cost of each kind of run in requests to AWS, units, bytes and CPU: `python -m benchmarks.run_cost`.

The handler runs on the simulation's doubles, which count. The first call of a process and the warm ones after it are
measured in a process of its own, with AWS and the target on loopback.
"""

from __future__ import annotations

import io
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import ceil
from random import Random
from typing import TYPE_CHECKING, Any, cast

from benchmarks.first_call import LongContext, process_figures
from local.simulation.clock import Clock
from local.simulation.dynamodb import DynamoDb
from local.simulation.proxy_aws import ClientsAws
from local.simulation.sqs import Sqs
from proxy.call import Caller
from proxy.delivery import Delivery
from proxy.handler import Proxy
from proxy.ledger import TableLedger
from proxy.log import Log
from proxy.pauses import StoredPauses
from proxy.queues import Queues
from proxy.routes import Routes
from proxy.secrets import SecretStore
from proxy.tokens import Tokens
from proxy.transport import Reply, Transport
from schedule_client.contract.pauses import PARTITION
from schedule_client.contract.proxy_settings import ProxySettings
from schedule_client.contract.times import wire_time

if TYPE_CHECKING:
    from proxy.destination import Destination
    from proxy.message import Message

TABLE, RETRY, UNDELIVERED = "runs", "retry", "undelivered"
FUNCTION = "arn:aws:lambda:eu-central-1:123456789012:function:shop-proxy"
ARN = "arn:aws:scheduler:eu-central-1:123456789012:schedule/shop-prod-catalog/close-invoices"
START = 1_799_136_000.0
KINDS = ("delivered", "retried once", "undelivered", "duplicate", "skipped")
MOST_FIRST = 10.0


@dataclass
class Usage:
    """Resources of one run.

    requests: by service and operation.
    units: of the ledger's writes and reads, its index included.
    pause_reads: reads of the run-time pauses, which runs close together share.
    """

    requests: Counter[str] = field(default_factory=Counter[str])
    units: Counter[str] = field(default_factory=Counter[str])
    pause_reads: int = 0
    largest_item: int = 0
    log_lines: int = 0
    log_bytes: int = 0
    milliseconds: float = 0.0


@dataclass
class CountedStack:
    """One stack; `answers` are the statuses of its target, the last one again and again."""

    answers: list[int]
    usage: Usage = field(default_factory=Usage)

    def __post_init__(self) -> None:
        """Put the handler together."""
        clock = self._clock = Clock(START + 2)
        self._table, self._sqs = DynamoDb(TABLE, self._count), Sqs(clock, self._count)
        self._sqs.create(UNDELIVERED)
        self._sqs.create(RETRY)
        self._output = io.StringIO()
        doubles = {"dynamodb": self._table, "sqs": self._sqs}
        aws = ClientsAws(lambda service: doubles[service])
        settings = ProxySettings(services={"billing": "https://billing.example.com"})
        secrets, transport, routes = SecretStore(aws, clock.monotonic), cast("Transport", self), Routes()
        caller = Caller(
            settings=settings,
            secrets=secrets,
            tokens=Tokens(aws, secrets, transport, routes, clock.now, "bench"),
            transport=transport,
            routes=routes,
            now=clock.now,
            monotonic=clock.monotonic,
            chance=Random(1),
        )
        delivery = Delivery(
            caller=caller,
            ledger=TableLedger(TABLE, aws),
            queues=Queues(RETRY, UNDELIVERED, aws),
            log=Log("schedule-catalog", "production", self._output),
            now=clock.now,
            chance=Random(1),
            monotonic=clock.monotonic,
            pauses=StoredPauses(TABLE, aws, clock.now),
        )
        self._proxy = Proxy(delivery=delivery, now=clock.now)

    def fire(self, **members: Any) -> None:
        """Have the handler work on the event of a schedule, and on what it leaves on the retry queue."""
        schedule = {"name": "close-invoices", "arn": ARN, "time": _wire(START)}
        event = {"v": 1, "service": "billing", "path": "/close", "method": "POST", "body": {"mode": "nightly"}}
        event |= {"owner": "billing", "schedule": schedule, **members}
        self._handle(event, "catalog")
        while messages := self._sqs.messages(RETRY):
            self._clock.seconds = max(self._clock.seconds, messages[0].visible)
            (message,) = self._sqs.receive_message(QueueUrl=RETRY)["Messages"]
            record = {"messageId": message["MessageId"], "body": message["Body"]}
            self._handle({"Records": [record]}, "retry")
            self._sqs.delete_message(QueueUrl=RETRY, ReceiptHandle=message["ReceiptHandle"])

    def send(self, message: Message, destination: Destination, seconds: float) -> Reply:
        """Answer in the place of the transport."""
        status = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return Reply(status, b"", "", complete=True)

    def _handle(self, event: object, alias: str) -> None:
        begin, written = time.process_time(), self._output.tell()
        self._proxy.handle(event, LongContext(f"{FUNCTION}:{alias}"))
        self.usage.milliseconds += (time.process_time() - begin) * 1000
        text = self._output.getvalue()[written:]
        self.usage.log_lines += text.count("\n")
        self.usage.log_bytes += len(text)

    def _count(self, step: str, asked: Mapping[str, Any]) -> None:
        if not step.endswith("?"):
            return
        if asked.get("Key", {}).get("pk") == {"S": PARTITION}:
            self.usage.pause_reads += 1  # at most one in FRESH_SECONDS, whatever the number of runs
            return
        request = step[:-1]
        self.usage.requests[request] += 1
        if "PutItem" in request:
            item = asked["Item"]
            size = _size(item)
            self.usage.largest_item = max(self.usage.largest_item, size)
            self.usage.units["writes"] += ceil(size / 1024) * (2 if "outcome_day" in item else 1)
        elif "GetItem" in request:
            self.usage.units["reads"] += 1


def usage(kind: str) -> Usage:
    """Return what a run of this kind uses."""
    stack = CountedStack({"retried once": [503, 200], "undelivered": [404]}.get(kind, [200]))
    if kind == "duplicate":
        stack.fire()
        stack.usage = Usage()
    if kind == "skipped":
        stack.answers = [503]
        stack.fire(overlap="skip", schedule={"name": "close-invoices", "arn": ARN, "time": _wire(START - 60)}, retry={})
        stack.usage = Usage()
        _take_lock(stack)
    stack.fire(**({"overlap": "skip"} if kind == "skipped" else {}))
    return stack.usage


def _take_lock(stack: CountedStack) -> None:
    """Have the run before be under way."""
    table = stack._table  # pyright: ignore[reportPrivateUsage]
    ((key, lock),) = [(key, item) for key, item in table.items.items() if key[1] == "lock"]
    table.items[key] = {**lock, "until": {"N": repr(START + 3600)}}


def main() -> int:
    """Print the tables; 1 when the first call costs more than MOST_FIRST times a warm one."""
    row = "  {:14}{:>8}{:>8}{:>7}{:>7}{:>7}{:>9}{:>8}"
    print(row.format("run", "requests", "writes", "reads", "SQS", "lines", "bytes", "CPU ms"))
    for kind in KINDS:
        usage(kind)
        found = usage(kind)
        sqs = sum(count for name, count in found.requests.items() if name.startswith("sqs"))
        units = (found.units["writes"], found.units["reads"])
        print(
            row.format(
                kind, found.requests.total(), *units, sqs, found.log_lines, found.log_bytes, f"{found.milliseconds:.2f}"
            )
        )
    first, warm, peak = process_figures()
    print(f"\nfirst call {first:.1f} ms of CPU, warm {warm:.1f}: {first / warm:.1f} times; peak {peak:.1f} MB")
    return int(first > MOST_FIRST * warm)


def _wire(seconds: float) -> str:
    return wire_time(datetime.fromtimestamp(seconds, UTC))


def _size(item: Mapping[str, Any]) -> int:
    return sum(len(name) + len(next(iter(value.values())).encode()) for name, value in item.items())


if __name__ == "__main__":
    sys.exit(main())
