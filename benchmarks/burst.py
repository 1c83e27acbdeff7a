"""A crowded minute under AWS's limits, in simulated time, by the proxy's own handler: `python -m benchmarks.burst`.

`--quick` makes a tenth of the calls under a tenth of the limits. Breaks its contract, with status 1, when a call is
not made, or when one that others hold up comes too late.
"""

from __future__ import annotations

import json
import logging
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any, cast

from greenlet import getcurrent

from local.simulation.access import refused
from local.simulation.clock import Clock
from local.simulation.faults import Faults
from local.simulation.world import FUNCTION, RETRY, UNDELIVERED, World
from proxy.aws import SENDS
from proxy.errors import TransportError
from proxy.queues import fair_group
from proxy.transport import Reply
from schedule_client.contract.proxy_settings import ProxySettings
from schedule_client.contract.retry_message import RetryMessage
from schedule_client.contract.times import wire_time

if TYPE_CHECKING:
    from local.simulation.sqs import QueuedMessage
    from proxy.destination import Destination
    from proxy.message import Message

DUE = datetime(2027, 1, 5, 8, tzinfo=UTC)
OTHERS, ASKED_SECONDS = 50, 30.0
MOST_LATE, MOST_UNTIL_TOLD, MOST_HELD_UP = 12.0, 20.0, 60.0
SERVICES = {name: f"https://{name}.example.com" for name in ("billing", "hangs", "other")}


@dataclass(frozen=True)
class AwsLimits:
    """Quotas of AWS, from its pages, and its speed.

    events_a_second: of EventBridge Scheduler. environments: of Lambda in an account. writes_a_second: for one key of a
    DynamoDB index. cold_seconds: until a new environment begins. request_seconds: of one request to AWS.
    """

    events_a_second: float = 1000.0
    environments: int = 1000
    writes_a_second: float = 1000.0
    cold_seconds: float = 0.4
    request_seconds: float = 0.005

    def scaled(self, factor: float) -> AwsLimits:
        """AwsLimits for a part of the calls."""
        return replace(
            self,
            events_a_second=self.events_a_second * factor,
            environments=int(self.environments * factor),
            writes_a_second=self.writes_a_second * factor,
        )


@dataclass
class CrowdFound:
    """Results of the calls, in seconds.

    called: from their time to the call. of_others: from when a target asks for a retry to the retry. told: until the
    last undelivered one was told.
    """

    called: list[float] = field(default_factory=list[float])
    of_others: list[float] = field(default_factory=list[float])
    reasons: Counter[str] = field(default_factory=Counter[str])
    told: float = 0.0


class CrowdedWorld(World):
    """A stack under AWS's limits; the index of outcomes has one key a day, or as many as the ledger gives it."""

    limits = AwsLimits()
    spread = True

    def begin(self) -> None:
        """Let nothing have happened."""
        self._busy = self._warm = 0
        self._buckets: dict[str, tuple[float, float]] = {}
        self._groups: dict[str, str] = {}
        self.sqs.order = self._fair

    def _run(self, event: Any, function: str, request_id: str) -> Any:
        while self._busy >= self.limits.environments:
            self.clock.sleep(0.05)
        self._busy += 1
        if self._busy > self._warm:
            self._warm += 1
            self.clock.sleep(self.limits.cold_seconds)
        try:
            return super()._run(event, function, request_id)
        finally:
            self._busy -= 1

    def _step(self, step: str, asked: Mapping[str, Any]) -> None:
        if getcurrent() not in self._running or not step.endswith("?"):
            return
        self.clock.sleep(self.limits.request_seconds)
        if "PutItem" not in step or (day := asked["Item"].get("outcome_day")) is None:
            return
        key: str = day["S"] if self.spread else day["S"].rpartition("#")[0]
        for failed in range(SENDS):
            if self._takes(key):
                return
            self.clock.sleep(self.chance.random() * 0.1 * 4**failed)
        raise refused("ProvisionedThroughputExceededException", "slow down", step)

    def _takes(self, key: str) -> bool:
        """Whether the index takes a write of this key now: a bucket that holds those of a second."""
        most = self.limits.writes_a_second
        tokens, then = self._buckets.get(key, (most, self.clock.seconds))
        tokens = min(most, tokens + (self.clock.seconds - then) * most)
        self._buckets[key] = (tokens - 1 if tokens >= 1 else tokens, self.clock.seconds)
        return tokens >= 1

    def _fair(self, seen: Sequence[QueuedMessage]) -> Sequence[QueuedMessage]:
        """The message in sight whose group has the fewest in flight, as SQS does it where messages have groups."""
        in_flight = Counter(
            self._group(message)
            for message in self.sqs.messages(RETRY)
            if message.received and message.visible > self.clock.seconds
        )
        return sorted(seen, key=lambda message: (in_flight[self._group(message)], message.visible))[:1]

    def _group(self, message: QueuedMessage) -> str:
        if message.identifier not in self._groups:
            read = RetryMessage.from_json(message.body)
            self._groups[message.identifier] = fair_group(read.origin, read.event)
        return self._groups[message.identifier]


def crowd(calls: int, limits: AwsLimits, *, status: int = 200, hanging: int = 0, spread: bool = True) -> CrowdFound:
    """Have so many calls be due at once, which their target answers with `status`, and others that hang.

    Where some hang, OTHERS of another service are answered by a 503 first, which asks for another call later.
    """
    found, asked_again, clock = CrowdFound(), dict[str, float](), Clock(DUE.timestamp())
    world = CrowdedWorld(clock, Faults(), Random(1), ProxySettings(services=SERVICES))
    world.limits, world.spread = limits, spread
    world.begin()

    def send(message: Message, destination: Destination, seconds: float) -> Reply:
        service, key = destination.address.host.partition(".")[0], message.headers["Idempotency-Key"]
        late = clock.seconds - DUE.timestamp()
        if service == "hangs":
            clock.sleep(seconds)
            raise TransportError("timeout", "the target did not answer in time")
        clock.sleep(0.2)
        if service == "billing":
            found.called.append(late)
            return Reply(status, b"", "", complete=True)
        if key not in asked_again:
            asked_again[key] = late + ASKED_SECONDS
            return Reply(503, b"", "", complete=True, retry_after_seconds=ASKED_SECONDS)
        found.of_others.append(late - asked_again[key])
        return Reply(200, b"", "", complete=True)

    cast("Any", world.target).send = send
    services = ["billing"] * calls + ["hangs"] * hanging + ["other"] * (OTHERS if hanging else 0)
    for number, service in enumerate(services):
        clock.at(DUE.timestamp() + number / limits.events_a_second, partial(_fire, world, number, service))
    clock.run()
    for message in world.sqs.messages(UNDELIVERED):
        found.reasons[str(message.attributes["REASON"]["StringValue"])] += 1
        found.told = max(found.told, message.sent - DUE.timestamp())
    return found


def _fire(world: World, number: int, service: str) -> None:
    name = f"{service}-{number}"
    arn = f"arn:aws:scheduler:eu-central-1:111122223333:schedule/shop-prod-catalog/{name}"
    event = {
        "v": 1,
        "service": service,
        "path": "/",
        "owner": "team",
        "timeout_seconds": 30,
        "retry": {"max_attempts": 1} if service == "billing" else {"max_attempts": 3, "max_age_minutes": 60},
        "schedule": {"name": name, "arn": arn, "time": wire_time(DUE)},
    }
    asked = {"FunctionName": f"{FUNCTION}:catalog", "InvocationType": "Event", "Payload": json.dumps(event)}
    world.functions.invoke(**asked)


def p99(seconds: Sequence[float]) -> float:
    """Return the 99th percentile."""
    return sorted(seconds)[int(len(seconds) * 0.99)]


def main(scale: float) -> int:
    """Print what became of each crowd; 1 when a part of the contract is broken."""
    logging.getLogger("proxy").setLevel(logging.CRITICAL)  # it warns of each throttle
    limits, calls, hanging = AwsLimits().scaled(scale), int(10_000 * scale), int(2_000 * scale)
    once = crowd(calls, limits)
    never, late = calls - len(once.called), p99(once.called)
    print(f"{calls} calls in one minute, one attempt each: {never} never called, p99 {late:.1f} s late", flush=True)
    told = [crowd(calls, limits, status=404, spread=spread).told for spread in (True, False)]
    print(f"{calls} x 404: all told after {told[0]:.0f} s; {told[1]:.0f} s with one key of the index a day", flush=True)
    held = crowd(0, limits, hanging=hanging)
    waited, expired = p99(held.of_others), held.reasons["expired"]
    print(f"{hanging} that hang: p99 of another service's retry {waited:.0f} s after it was due, {expired} expired")
    broken = never or late > MOST_LATE or told[0] > MOST_UNTIL_TOLD
    return int(bool(broken or waited > MOST_HELD_UP or expired or len(held.of_others) < OTHERS))


if __name__ == "__main__":
    sys.exit(main(0.1 if "--quick" in sys.argv else 1.0))
