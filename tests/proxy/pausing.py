"""A stack in simulated time that is paused, and when it calls whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING, Any

from local.simulation.clock import Clock
from local.simulation.faults import Faults
from local.simulation.schedules import schedule_arn
from local.simulation.world import FUNCTION, UNDELIVERED, KilledError, World
from proxy.transport import Reply
from schedule_client.contract.event import build_event
from schedule_client.contract.json_value import json_text
from schedule_client.contract.ledger import BESIDE_RUNS, RunRecord
from schedule_client.contract.pauses import CURRENT, PARTITION, Pauses, RunTimePause, Scope
from schedule_client.contract.proxy_settings import ProxySettings
from schedule_client.contract.request import Request, Retry
from schedule_client.contract.series import Series

if TYPE_CHECKING:
    from proxy.message import Message

START = datetime(2027, 1, 5, 8, tzinfo=UTC).timestamp()
SETTINGS = ProxySettings(
    services={
        "billing": "https://billing.example.com",
        "pay": "https://billing.example.com/pay",
        "shop": "https://shop.example.com",
    },
    hosts=("billing.example.com", "other.example.com"),
)
MINUTE = 60.0
EFFECT = 10 / 60
"""Minutes after which a pause has taken effect; the promise is ten seconds."""
DELIVERED, SUPERSEDED = ("delivered", None), ("skipped", "superseded")


class KilledAt(World):
    """A stack whose function is killed once, at the step of this number; 0 for never."""

    step = 0
    taken = 0

    def _die(self) -> None:
        self.taken += 1
        if self.taken == self.step:
            raise KilledError


@dataclass
class Paused:
    """The stack; times are in minutes after START.

    calls: schedule, its scheduled minute and the minute of the attempt.
    failing: whether a call is answered with 503, to be tried again after two minutes.
    """

    kill_at: int = 0
    calls: list[tuple[str, float, float]] = field(default_factory=list[tuple[str, float, float]])
    failing: Callable[[str, float], bool] = lambda name, minute: False

    def __post_init__(self) -> None:
        self.clock = Clock(START)
        self.world = KilledAt(self.clock, Faults(), Random(1), SETTINGS)
        self.world.step = self.kill_at
        self.world.target.send = self._send
        self._pauses = Pauses()

    @property
    def minute(self) -> float:
        return (self.clock.seconds - START) / MINUTE

    def fire(
        self,
        minute: float,
        name: str = "beat",
        *,
        recurs: bool = True,
        alias: str = "catalog",
        scheduled: float | None = None,
        retry: Retry = Retry(5, 60),  # noqa: B008 - it cannot change
        **members: Any,
    ) -> None:
        """Have EventBridge Scheduler, or a person, hand over an event at that minute."""
        request = Request(service="billing", path="/", owner="finance", retry=retry, **members.pop("request", {}))
        event: dict[str, Any] = build_event(request, name, series=Series() if recurs else None)
        event |= {"schedule": {"name": name, "arn": schedule_arn(name), "time": wire(scheduled or minute)}, **members}
        for key in [key for key, value in event.items() if value is None]:
            del event[key]
        asked = {"FunctionName": f"{FUNCTION}:{alias}", "InvocationType": "Event", "Payload": json_text(event)}
        self.clock.at(START + minute * MINUTE, lambda: self.world.functions.invoke(**asked))

    def pause(self, minute: float, until: float, scope: Scope = "service", name: str = "billing") -> None:
        """Have an operator pause something at that minute, or end that by a pause that is over."""
        seconds = int(START + minute * MINUTE), int(START + until * MINUTE)
        one = RunTimePause(scope=scope, name=name, since=seconds[0], until=seconds[1], reason="upgrade", by="kim")

        self.clock.at(START + minute * MINUTE, lambda: self._write(self._pauses.having(one, self.clock.seconds)))

    def resume(self, minute: float) -> None:
        """Have an operator end every pause at that minute."""

        def write() -> None:
            now = self.clock.seconds
            for one in self._pauses.current(now):
                self._pauses = self._pauses.without(one.scope, one.name, now)
            self._write(self._pauses)

        self.clock.at(START + minute * MINUTE, write)

    def _write(self, pauses: Pauses) -> None:
        self._pauses = pauses
        self.world.dynamodb.items[PARTITION, CURRENT] = pauses.to_item()

    def run(self) -> Paused:
        self.clock.run()
        return self

    @property
    def records(self) -> dict[tuple[str, str], RunRecord]:
        """The runs of schedules by name and time."""
        return {
            (pk.rpartition("/")[2], sk): RunRecord.from_item(item)
            for (pk, sk), item in self.world.dynamodb.items.items()
            if sk not in BESIDE_RUNS and pk != PARTITION
        }

    def ends(self, name: str = "beat") -> dict[float, tuple[str, str | None]]:
        """State and reason of each run of a schedule by its scheduled minute."""
        found = {minute_of(sk): record for (schedule, sk), record in self.records.items() if schedule == name}
        return {minute: (found[minute].state, found[minute].reason) for minute in sorted(found)}

    @property
    def letters(self) -> list[str]:
        """Reasons of what is on the undelivered queue."""
        return [message.attributes["REASON"]["StringValue"] for message in self.world.sqs.messages(UNDELIVERED)]

    def attempts(self, name: str = "beat") -> list[tuple[float, float]]:
        """Scheduled minute, and the minute of the attempt."""
        return [(scheduled, minute) for schedule, scheduled, minute in self.calls if schedule == name]

    def _send(self, message: Message, destination: Any, seconds: float) -> Reply:
        name, scheduled = message.headers["X-Schedule-Name"], minute_of(message.headers["X-Scheduled-Time"])
        self.calls.append((name, scheduled, self.minute))
        self.clock.sleep(0.5)
        self.world._die()  # pyright: ignore[reportPrivateUsage]
        if self.failing(name, scheduled):
            return Reply(503, b"", "", True, retry_after_seconds=2 * MINUTE)
        return Reply(200, b"", "", True)


def wire(minute: float) -> str:
    return datetime.fromtimestamp(START + minute * MINUTE, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def minute_of(text: str) -> float:
    moment = datetime.fromisoformat(text.partition("#")[0].replace("Z", "+00:00"))
    return (moment.timestamp() - START) / MINUTE
