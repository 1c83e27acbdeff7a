"""All of AWS around the proxy, at the pace of whoever explores it: every effect of every invocation is a step.

Each invocation is a thread that stops before and after each of its effects, so that any number of them can be
interleaved in any way, killed anywhere, and have any of their effects fail, before it is done or after.
"""

from __future__ import annotations

import io
import json
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING, Any

from botocore.exceptions import EndpointConnectionError

from proxy.call import Caller
from proxy.delivery import Delivery
from proxy.errors import TransportError
from proxy.handler import Proxy
from proxy.ledger import Ledger, NoLedger, TableLedger
from proxy.log import Log
from proxy.queues import Queues
from proxy.routes import Routes
from proxy.secrets import SecretStore
from proxy.settings import SettingsParameter
from proxy.transport import Reply
from schedule_client.contract import ProxySettings, RunRecord
from tests.proxy.cloud import RETRY, UNDELIVERED, FakeQueues, FakeTable
from tests.proxy.stage import FakeAws, FakeClock, FakeContext

if TYPE_CHECKING:
    from proxy.message import Message

FUNCTION_SECONDS = 60.0
VISIBILITY_SECONDS = 6 * FUNCTION_SECONDS
MOST_RECEIVES = 5
START = datetime(2027, 1, 5, 8, 0, 5, tzinfo=UTC).timestamp()
SETTINGS = ProxySettings(services={"billing": "https://billing.example.com"})
# What a target may do with a call: the exception's is the reason.
ANSWERS = ("200", "404", "503", "refused", "ambiguous")


class KilledError(BaseException):
    """The process is gone, at the step where it was."""


@dataclass
class Event:
    """Something that Lambda will be invoked with: of the asynchronous queue or, with a `receipt`, of SQS."""

    payload: Any
    alias: str
    request_id: str
    due: float
    tries: int = 0
    queued: bool = False


@dataclass
class Invocation:
    """One run of the handler in a thread of its own, stopped at `step` until it is told to go on."""

    event: Event
    deadline: float
    step: str = ""
    verdict: str = "go"
    answer: str = "200"
    unknown: bool = False  # its call was delivered, and no ledger has that yet
    result: Any = None
    error: BaseException | None = None
    ended: bool = False
    thread: threading.Thread | None = None
    turn: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))


class World:
    """One stack; `now` goes on when `wait` is called."""

    def __init__(self, *, ledger: bool = True) -> None:
        self.now = START
        self.events: list[Event] = []
        self.invocations: list[Invocation] = []
        self.applied: Counter[str] = Counter()
        self.raw: Counter[str] = Counter()
        self.excuses = 0
        self.letters: list[Any] = []
        self._numbers = 0
        self._control = threading.Semaphore(0)
        self._current: Invocation | None = None
        self.table = FakeTable(before=lambda step: self._stop(f"{step}?"), after=lambda step: self._stop(f"{step}!"))
        self._queues = FakeQueues(before=lambda step: self._stop(f"{step}?"), after=lambda step: self._stop(f"{step}!"))
        self._queues.retries = _Sink(self._requeue)  # type: ignore[assignment]
        self._queues.letters = _Sink(self.letters.append)  # type: ignore[assignment]
        aws = FakeAws({"/proxy": SETTINGS.to_json()}, queues=self._queues, table=self.table)
        now = lambda: datetime.fromtimestamp(self.now, UTC)  # noqa: E731
        caller = Caller(
            settings=SettingsParameter("/proxy", aws, FakeClock()),
            secrets=SecretStore(aws, FakeClock()),
            transport=self,  # type: ignore[arg-type]
            routes=Routes(),
            now=now,
            monotonic=FakeClock(),
            chance=Random(1),
        )
        kept: Ledger = TableLedger("runs", aws) if ledger else NoLedger()
        delivery = Delivery(
            caller=caller,
            ledger=kept,
            queues=Queues(RETRY, UNDELIVERED, aws),
            log=Log("world", io.StringIO()),
            now=now,
            chance=Random(1),
        )
        self._proxy = Proxy(delivery=delivery, now=now)

    def fire(self, event: Any, alias: str = "catalog") -> None:
        """Have Lambda accept an event of EventBridge Scheduler, or of a person."""
        self.events.append(Event(event, alias, f"request-{self._number()}", self.now))

    @property
    def record(self) -> RunRecord | None:
        """The one run's record."""
        items = [item for (_, sort), item in self.table.items.items() if sort != "lock"]
        return RunRecord.from_item(items[0]) if items else None

    @property
    def due(self) -> list[Event]:
        """What may be invoked now."""
        return [event for event in self.events if event.due <= self.now]

    def invoke(self, event: Event) -> Invocation:
        """Begin an invocation; it stops before its first effect."""
        self.events.remove(event)
        event.tries += 1
        invocation = Invocation(event, self.now + FUNCTION_SECONDS)
        self.invocations.append(invocation)
        invocation.thread = threading.Thread(target=self._run, args=(invocation,), daemon=True)
        invocation.thread.start()
        self._resume(invocation)
        return invocation

    def go(self, invocation: Invocation, verdict: str = "go", answer: str = "200") -> None:
        """Let an invocation go on to its next step; or have it "killed", or have the step "fail"."""
        invocation.verdict, invocation.answer = verdict, answer
        if invocation.step == "write!":
            invocation.unknown = False
        if verdict != "kill" and invocation.step == "call":
            self.excuses += answer == "ambiguous"
            invocation.unknown = answer == "200"
        self._resume(invocation)

    def close(self) -> None:
        """Kill what still runs."""
        for invocation in list(self.invocations):
            self.go(invocation, "kill")

    def wait(self) -> None:
        """Let time go on to what happens next; functions whose time is over by then are killed."""
        instants = [event.due for event in self.events if event.due > self.now]
        instants += [invocation.deadline for invocation in self.invocations]
        self.now = min(instants, default=self.now)
        for invocation in [one for one in self.invocations if one.deadline <= self.now]:
            self.go(invocation, "kill")

    def finish(self, answer: str = "200") -> None:
        """Do all that is left to do, with nothing in the way."""
        for _ in range(2000):
            if self.invocations:
                self.go(self.invocations[0], answer=answer)
            elif self.due:
                self.invoke(self.due[0])
            elif self.events:
                self.wait()
            else:
                return
        raise AssertionError(f"no end: {self.events}")

    def send(self, message: Message, destination: object, seconds: float) -> Reply:
        """The transport: the target is called between the two steps."""
        self._stop("call")
        key, answer = message.headers["Idempotency-Key"], self._invocation.answer
        if answer == "refused":
            raise TransportError("connect", "the target does not take connections")
        self.raw[key] += 1
        if answer in ("200", "ambiguous"):
            self.applied[key] += 1
        self._stop("sent")
        if answer == "ambiguous":
            raise TransportError("timeout", "the target did not answer in time")
        return Reply(int(answer), b"", "", True)

    @property
    def _invocation(self) -> Invocation:
        assert self._current is not None
        return self._current

    def _stop(self, step: str) -> None:
        """Called by the invocation's thread: wait for the next turn, and do as told."""
        invocation = self._invocation
        invocation.step = step
        self._control.release()
        invocation.turn.acquire()
        if invocation.verdict == "kill":
            raise KilledError
        if invocation.verdict == "fail" and step[-1] in "?!":
            raise EndpointConnectionError(endpoint_url="https://aws")

    def _resume(self, invocation: Invocation) -> None:
        """Give the turn to an invocation, until it stops or ends."""
        self._current = invocation
        invocation.turn.release()
        self._control.acquire()
        if invocation.ended:
            self.invocations.remove(invocation)
            self._settle(invocation)

    def _run(self, invocation: Invocation) -> None:
        invocation.turn.acquire()
        event = invocation.event
        context = _Context(event.alias, aws_request_id=event.request_id, world=self, deadline=invocation.deadline)
        try:
            invocation.result = self._proxy.handle(event.payload, context)  # type: ignore[arg-type]
        except BaseException as error:
            invocation.error = error
        invocation.ended = True
        self._control.release()

    def _settle(self, invocation: Invocation) -> None:
        """What Lambda and SQS do when a function has ended."""
        event, error = invocation.event, invocation.error
        failed = error is not None or bool(event.queued and invocation.result["batchItemFailures"])
        if not failed:
            return
        self.excuses += invocation.unknown
        if event.queued:
            again = event.tries < MOST_RECEIVES
            event.request_id, event.due = f"request-{self._number()}", self.now + VISIBILITY_SECONDS
            left = {"redriven": event.payload}
        else:
            again = event.tries < 3
            event.due = self.now + 60.0 * event.tries
            left = {"on_failure": event.payload}
        if again:
            self.events.append(event)
        else:
            self.letters.append(left)

    def _requeue(self, message: Any) -> None:
        payload = {"Records": [{"messageId": f"message-{self._number()}", "body": json.dumps(message)}]}
        delay = self._queues.delays[-1] if self._queues.delays else 0
        self.events.append(Event(payload, "retry", f"request-{self._number()}", self.now + delay, queued=True))

    def _number(self) -> int:
        self._numbers += 1
        return self._numbers


@dataclass
class _Context(FakeContext):
    world: World | None = None
    deadline: float = 0.0

    def get_remaining_time_in_millis(self) -> int:
        assert self.world is not None
        return int((self.deadline - self.world.now) * 1000)


class _Sink(list[Any]):
    """A list that hands over what it is given."""

    def __init__(self, take: Callable[[Any], None]) -> None:
        super().__init__()
        self._take = take

    def append(self, item: Any) -> None:
        self._take(item)
