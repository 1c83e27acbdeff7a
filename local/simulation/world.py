"""The proxy's own handler in a simulated cloud, called by simulated Lambda and SQS, calling a simulated target."""

from __future__ import annotations

import io
import json
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import TYPE_CHECKING, Any, cast

from local.simulation.cloud import RETRY, UNDELIVERED, Cloud, Message, throttled
from local.simulation.faults import AMBIGUOUS, KINDS, Faults
from proxy.call import Caller
from proxy.delivery import Delivery
from proxy.errors import TransportError
from proxy.handler import Proxy
from proxy.ledger import TableLedger
from proxy.log import Log
from proxy.queues import Queues
from proxy.routes import Routes
from proxy.secrets import SecretStore
from proxy.settings import SettingsParameter
from proxy.transport import Reply, Transport
from schedule_client.contract import ProxySettings

if TYPE_CHECKING:
    from local.simulation.clock import Clock

FUNCTION_SECONDS = 60.0
VISIBILITY_SECONDS = 6 * FUNCTION_SECONDS
MOST_RECEIVES = 5
# https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
ASYNCHRONOUS_DELAYS = (60.0, 120.0)
_SETTINGS = ProxySettings(services={"billing": "https://billing.example.com"})


class KilledError(BaseException):
    """The function's process is gone."""


@dataclass
class _Context:
    aws_request_id: str
    invoked_function_arn: str
    clock: Clock
    deadline: float

    def get_remaining_time_in_millis(self) -> int:
        return int((self.deadline - self.clock.seconds) * 1000)


@dataclass
class World:
    """One stack; `applied` counts what the target did by idempotency key, before it leaves out repeats."""

    faults: Faults
    random: Random
    clock: Clock
    counts: Counter[str] = field(default_factory=Counter[str])
    applied: Counter[str] = field(default_factory=Counter[str])
    stray: list[Any] = field(default_factory=list[Any])
    # What the target did in this invocation is known to nothing that outlives it.
    unknown: bool = False
    done: bool = False

    def __post_init__(self) -> None:
        """Put the proxy together."""
        self._numbers = count()
        self.cloud = Cloud(self.clock, {"/proxy": _SETTINGS.to_json()}, self._step)
        self.cloud.deliver = self._queue
        now, monotonic = self.clock.now, self.clock.monotonic
        caller = Caller(
            settings=SettingsParameter("/proxy", self.cloud, monotonic),
            secrets=SecretStore(self.cloud, monotonic),
            transport=cast("Transport", self),
            routes=Routes(),
            now=now,
            monotonic=monotonic,
            chance=self.random,
        )
        delivery = Delivery(
            caller=caller,
            ledger=TableLedger("runs", self.cloud),
            queues=Queues(RETRY, UNDELIVERED, self.cloud),
            log=Log("simulated", io.StringIO()),
            now=now,
            chance=self.random,
            monotonic=monotonic,
        )
        self.proxy = Proxy(delivery=delivery, now=now)

    def fire(self, at: float, event: Any) -> None:
        """Have Lambda accept an event for the alias `catalog`, twice where a duplicate is due."""
        times = 1 + (self.random.random() < self.faults.duplicates)
        self.counts["duplicates injected"] += times - 1
        for copy in range(times):
            request_id = f"request-{next(self._numbers)}"
            begin = at + copy * self.random.uniform(0, 90)
            self.clock.at(begin, lambda name=request_id: self._asynchronous(event, name, 0))

    def send(self, message: Any, destination: object, seconds: float) -> Reply:
        """The transport: the target acts, or not, and answers, or not."""
        self._step("call?", None)
        key = message.headers["Idempotency-Key"]
        kind = self.random.choice(KINDS) if self.random.random() < self.faults.failures else "200"
        self.counts[f"target {kind}"] += 1
        if kind == "200" or kind in AMBIGUOUS:
            self.applied[key] += 1
            self.unknown = self.done = True
        self.clock.seconds += min(seconds, 30.0) if kind == "timeout" else self.random.uniform(0.01, 2.0)
        self._step("call!", None)
        if kind == "refused":
            raise TransportError("connect", "the target does not take connections")
        if kind in AMBIGUOUS:
            raise TransportError(kind, "the target did not answer")
        return Reply(int(kind), b"", "", True)

    def _asynchronous(self, event: Any, request_id: str, retries: int) -> None:
        if self._invoke(event, "catalog", request_id) is not None:
            return
        if retries < len(ASYNCHRONOUS_DELAYS):
            again = self.clock.seconds + ASYNCHRONOUS_DELAYS[retries]
            self.clock.at(again, lambda: self._asynchronous(event, request_id, retries + 1))
        else:
            self.counts["given up by Lambda"] += 1
            self.stray.append(event)

    def _queue(self, message: Message) -> None:
        self.clock.at(message.visible, lambda: self._receive(message))

    def _receive(self, message: Message) -> None:
        if message.received == MOST_RECEIVES:
            self.counts["redriven by SQS"] += 1
            self.stray.append(json.loads(message.body)["event"])
            return
        message.received += 1
        message.visible = self.clock.seconds + VISIBILITY_SECONDS
        event = {"Records": [{"messageId": message.identifier, "body": message.body}]}
        answer = self._invoke(event, "retry", f"request-{next(self._numbers)}")
        if answer is None or answer["batchItemFailures"]:
            self._queue(message)

    def _invoke(self, event: Any, alias: str, request_id: str) -> dict[str, Any] | None:
        """The function's answer; None when it raised or died."""
        arn = f"arn:aws:lambda:eu-central-1:111122223333:function:proxy:{alias}"
        self.unknown = False
        context = _Context(request_id, arn, self.clock, self.clock.seconds + FUNCTION_SECONDS)
        try:
            return self.proxy.handle(event, context)
        except KilledError:
            self.counts["kills"] += 1
            self.counts["kills after sending"] += self.unknown
        except Exception:
            self.counts["raised"] += 1
            self.counts["neither ledger nor queue after sending"] += self.unknown
        return None

    def _step(self, step: str, asked: Any) -> None:
        if step == "write!" and asked["Item"]["sk"]["S"] != "lock":
            self.unknown = False
        if step == "send!":
            self.unknown = False
        if self.random.random() < self.faults.kills:
            raise KilledError
        if step[-1] == "?" and step != "call?" and self.random.random() < self.faults.throttles:
            self.counts["throttles"] += 1
            raise throttled(step[:-1])
