"""All of AWS around the proxy, at the pace of whoever explores it: every effect of every invocation is a step.

AWS is the simulation's doubles. Each invocation is a greenlet that stops before and after each of its effects, so that
any number of them can be interleaved in any way, killed anywhere, and have any of their effects fail, before it is done
or after.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

from botocore.exceptions import EndpointConnectionError
from greenlet import getcurrent, greenlet

from local.simulation.clock import Clock
from local.simulation.dynamodb import DynamoDb
from local.simulation.functions import FunctionError, Functions
from local.simulation.mapping import Mapping as EventSourceMapping
from local.simulation.sqs import QueuedMessage, Sqs
from proxy.call import Caller
from proxy.delivery import Delivery
from proxy.errors import TransportError
from proxy.handler import Proxy
from proxy.ledger import Ledger, NoLedger, TableLedger
from proxy.log import Log
from proxy.queues import Queues
from proxy.routes import Routes
from proxy.secrets import SecretStore
from proxy.tokens import Tokens
from proxy.transport import Reply
from schedule_client.contract.ledger import RunRecord
from schedule_client.contract.proxy_settings import ProxySettings
from tests.proxy.stage import FUNCTION, RETRY, TABLE, UNDELIVERED, FakeAws, FakeClock, FakeContext, letter

if TYPE_CHECKING:
    from proxy.message import Message

FUNCTION_SECONDS = 60.0
VISIBILITY_SECONDS = 6 * FUNCTION_SECONDS
MOST_RECEIVES = 5
START = datetime(2027, 1, 5, 8, 0, 5, tzinfo=UTC).timestamp()
SETTINGS = ProxySettings(services={"billing": "https://billing.example.com"})
# What a target may do with a call: the exception's is the reason.
ANSWERS = ("200", "404", "503", "refused", "ambiguous")
EFFECTS = {"dynamodb GetItem": "read", "dynamodb PutItem": "write", "sqs SendMessage": "send"}


class KilledError(BaseException):
    """The process is gone, at the step where it was."""


class Pace(Clock):
    """Time that goes on when a test says so; what is to be done at a time waits until it is chosen."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.waiting: list[tuple[float, Callable[[], object]]] = []

    def at(self, seconds: float, action: Callable[[], object]) -> None:
        self.waiting.append((seconds, action))


@dataclass(frozen=True)
class Event:
    """Something that Lambda will be invoked with: of its asynchronous queue or, with `queued`, of SQS."""

    due: float
    queued: bool
    told: str
    begin: Callable[[], object] = field(repr=False, compare=False)


@dataclass
class Invocation:
    """One run of the handler, stopped at `step` until it is told to go on."""

    event: Event
    deadline: float
    begun: greenlet = field(repr=False)
    step: str = ""
    verdict: str = "go"
    answer: str = "200"
    unknown: bool = False  # its call was delivered, and no ledger has that yet


class World:
    """One stack; `now` goes on when `wait` is called."""

    def __init__(self, *, ledger: bool = True) -> None:
        self.clock = Pace(START)
        self.invocations: list[Invocation] = []
        self.applied: Counter[str] = Counter()
        self.raw: Counter[str] = Counter()
        self.excuses = 0
        self._explorer = getcurrent()
        self._current: Invocation | None = None
        self._chosen: Event | None = None
        self.table = DynamoDb(TABLE, self._effect)
        self._sqs = Sqs(self.clock, self._effect)
        self._sqs.create(UNDELIVERED)
        self._sqs.create(RETRY, visibility=VISIBILITY_SECONDS, redrive=(UNDELIVERED, MOST_RECEIVES))
        self._functions = Functions(self.clock, self._run, self._sqs, on_failure=UNDELIVERED)
        self._mapping = EventSourceMapping(self._run, self._sqs, RETRY, f"{FUNCTION}:retry")
        aws = FakeAws(sqs=self._sqs, table=self.table)
        secrets, routes = SecretStore(aws, FakeClock()), Routes()
        caller = Caller(
            settings=SETTINGS,
            secrets=secrets,
            tokens=Tokens(aws, secrets, self, routes, self.clock.now, "world"),
            transport=self,
            routes=routes,
            now=self.clock.now,
            monotonic=FakeClock(),
            chance=Random(1),
        )
        kept: Ledger = TableLedger(TABLE, aws) if ledger else NoLedger()
        delivery = Delivery(
            caller=caller,
            ledger=kept,
            queues=Queues(RETRY, UNDELIVERED, aws),
            log=Log("shop", "world", io.StringIO()),
            now=self.clock.now,
            chance=Random(1),
            monotonic=FakeClock(),
        )
        self._proxy = Proxy(delivery=delivery, now=self.clock.now)

    @property
    def now(self) -> float:
        """Seconds since 1970."""
        return self.clock.seconds

    @now.setter
    def now(self, seconds: float) -> None:
        self.clock.seconds = seconds

    def fire(self, event: Any, alias: str = "catalog") -> None:
        """Have Lambda accept an event of EventBridge Scheduler, or of a person."""
        asked = {"FunctionName": f"{FUNCTION}:{alias}", "InvocationType": "Event", "Payload": json.dumps(event)}
        self._functions.invoke(**asked)

    @property
    def record(self) -> RunRecord | None:
        """The one run's record."""
        items = [item for (_, sort), item in self.table.items.items() if sort != "lock"]
        return RunRecord.from_item(items[0]) if items else None

    @property
    def letters(self) -> list[dict[str, Any]]:
        """What is on the undelivered queue: told by the proxy, by Lambda (`on_failure`) or by SQS (`redriven`)."""
        return [_told(message) for message in self._sqs.messages(UNDELIVERED)]

    def take_letter(self) -> None:
        """Remove the last message of the undelivered queue."""
        self._sqs.order = lambda seen: seen[-1:]
        (message,) = self._sqs.receive_message(QueueUrl=UNDELIVERED)["Messages"]
        self._sqs.delete_message(QueueUrl=UNDELIVERED, ReceiptHandle=message["ReceiptHandle"])

    @property
    def events(self) -> list[Event]:
        """What may be invoked now or later; a message that an invocation has is there for the time after it."""
        accepted = [
            Event(due, queued=False, told=repr(action.args), begin=action)
            for due, action in self.clock.waiting
            if isinstance(action, partial)
        ]
        return accepted + [
            Event(message.visible, queued=True, told=repr(message), begin=partial(self._poll, message))
            for message in self._sqs.messages(RETRY)
        ]

    @property
    def due(self) -> list[Event]:
        """What may be invoked now."""
        return [event for event in self.events if event.due <= self.now]

    def lose(self) -> None:
        """Have Lambda lose every event that it has accepted."""
        self.clock.waiting.clear()

    def invoke(self, event: Event) -> Invocation | None:
        """Begin an invocation, which stops before its first effect; none of a message that was received too often."""
        before = list(self.invocations)
        self.clock.waiting = [(due, action) for due, action in self.clock.waiting if action is not event.begin]
        self._chosen = event
        greenlet(event.begin).switch()
        return next((each for each in self.invocations if each not in before), None)

    def go(self, invocation: Invocation, verdict: str = "go", answer: str = "200") -> None:
        """Let an invocation go on to its next step; or have it "killed", or have the step "fail"."""
        invocation.verdict, invocation.answer = verdict, answer
        if invocation.step == "write!":
            invocation.unknown = False
        if verdict != "kill" and invocation.step == "call":
            self.excuses += answer == "ambiguous"
            invocation.unknown = answer == "200"
        self._current = invocation
        invocation.begun.switch()

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
            raise TransportError("connect", "the target does not accept connections")
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

    def _effect(self, step: str, asked: Mapping[str, Any]) -> None:
        """What the doubles tell of: the effects of an invocation, and what is none."""
        if (effect := EFFECTS.get(step[:-1])) is not None:
            self._stop(effect + step[-1])

    def _stop(self, step: str) -> None:
        """Called by an invocation: wait for the next turn, and do as told."""
        invocation = self._invocation
        invocation.step = step
        self._explorer.switch()
        if invocation.verdict == "kill":
            raise KilledError
        if invocation.verdict == "fail" and step[-1] in "?!":
            raise EndpointConnectionError(endpoint_url="https://aws")

    def _poll(self, message: QueuedMessage) -> None:
        """Have the mapping receive, and SQS give it this message of all that are in sight."""

        def chosen(seen: Sequence[QueuedMessage]) -> Sequence[QueuedMessage]:
            return [each for each in seen if each is message]

        self._sqs.order = chosen
        self._mapping.poll()

    def _run(self, event: Any, function: str, request_id: str) -> Any:
        """What Lambda does for one invocation. Raises FunctionError."""
        assert self._chosen is not None
        invocation = self._current = Invocation(self._chosen, self.now + FUNCTION_SECONDS, getcurrent())
        self.invocations.append(invocation)
        context = _Context(function.rpartition(":")[2], aws_request_id=request_id, world=self, end=invocation.deadline)
        failed = True
        try:
            answer: Any = self._proxy.handle(event, context)
            failed = bool(answer.get("batchItemFailures"))
        except (Exception, KilledError) as error:
            raise FunctionError(type(error).__name__, str(error)) from None
        finally:
            self.invocations.remove(invocation)
            self.excuses += failed and invocation.unknown
        return answer


@dataclass
class _Context(FakeContext):
    world: World | None = None
    end: float = 0.0

    def get_remaining_time_in_millis(self) -> int:
        assert self.world is not None
        return int((self.end - self.world.now) * 1000)


def _told(message: QueuedMessage) -> dict[str, Any]:
    told = letter(message)
    if len(told) > 1:
        return told
    body = told["body"]
    return {"on_failure": body["requestPayload"]} if "requestContext" in body else {"redriven": body}
