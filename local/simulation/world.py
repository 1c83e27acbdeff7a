"""One stack in simulated time: the proxy's own handler, and all of AWS and every target around it."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any, cast

from greenlet import getcurrent, greenlet

from local.placeholder_urls import placeholder_urls
from local.simulation.access import refused
from local.simulation.dynamodb import DynamoDb
from local.simulation.functions import FunctionError, Functions
from local.simulation.mapping import Mapping as EventSourceMapping
from local.simulation.parameters import Parameters, Placeholders
from local.simulation.proxy_aws import ClientsAws
from local.simulation.sqs import Sqs
from local.simulation.sts import Sts
from local.simulation.target import SimulatedTarget
from proxy.call import Caller
from proxy.delivery import Delivery
from proxy.handler import Proxy
from proxy.ledger import NoLedger, TableLedger
from proxy.log import Log
from proxy.pauses import StoredPauses
from proxy.queues import Queues
from proxy.routes import Routes
from proxy.secrets import SecretStore
from proxy.tokens import Tokens
from schedule_client.contract.ledger import BESIDE_RUNS
from schedule_client.contract.pauses import Pauses

if TYPE_CHECKING:
    from local.simulation.clock import Clock
    from local.simulation.faults import Faults
    from proxy.transport import Transport
    from schedule_client.contract.proxy_settings import ProxySettings

FUNCTION = "arn:aws:lambda:eu-central-1:111122223333:function:simulated-proxy"
RETRY, UNDELIVERED, SCHEDULER_DLQ = "retry", "undelivered", "scheduler-dlq"
VISIBILITY_PER_TIMEOUT, MOST_RECEIVES = 6, 5
# Why a target's act may be repeated.
KILLED, UNREACHABLE = "kills after the call", "neither ledger nor queue after the call"
LEDGER_AWAY = "ledger out of reach after the call"
_TABLE = "runs"
_THROTTLED = {"sqs": "RequestThrottled", "dynamodb": "ProvisionedThroughputExceededException"}


class KilledError(BaseException):
    """The function's process is gone."""


@dataclass(slots=True)
class _Invocation:
    """Lambda's context; `untold` is the call whose outcome nothing outside this process knows yet.

    acted: whether its target did its work.
    """

    aws_request_id: str
    invoked_function_arn: str
    clock: Clock
    deadline: float
    untold: str | None = None
    acted: bool = False

    def get_remaining_time_in_millis(self) -> int:
        return int((self.deadline - self.clock.seconds) * 1000)


@dataclass(frozen=True, slots=True)
class Size:
    """Return the settings of a stack's function, and whether it has a ledger."""

    timeout_seconds: float = 60.0
    max_age_seconds: float = 21_600.0
    ledger: bool = True


@dataclass
class World:
    """The stack.

    events: what went wrong, counted.
    excuses: by kind and run key, the targets' acts that only the calling process knew of, and could not report.
    unsettled: run keys of calls, acts or not, of which the process that called could tell nobody.
    """

    clock: Clock
    faults: Faults
    chance: Random
    settings: ProxySettings
    size: Size = field(default_factory=Size)
    events: Counter[str] = field(default_factory=Counter[str])
    excuses: dict[str, Counter[str]] = field(default_factory=dict[str, Counter[str]])
    unsettled: set[str] = field(default_factory=set[str])

    def __post_init__(self) -> None:
        """Put everything together."""
        self._running: dict[greenlet, _Invocation] = {}
        self.sqs = Sqs(self.clock, self._step)
        self.dynamodb = DynamoDb(_TABLE, self._step)
        visibility = VISIBILITY_PER_TIMEOUT * self.size.timeout_seconds
        self.sqs.create(UNDELIVERED)
        self.sqs.create(SCHEDULER_DLQ)
        self.sqs.create(RETRY, visibility=visibility, redrive=(UNDELIVERED, MOST_RECEIVES))
        age = self.size.max_age_seconds
        self.functions = Functions(
            self.clock, self._run, self.sqs, on_failure=UNDELIVERED, max_age=age, step=self._step
        )
        self.functions.copies = self._copies
        self.mapping = EventSourceMapping(self._run, self.sqs, RETRY, f"{FUNCTION}:retry")
        self.sqs.watch(RETRY, lambda seconds: self.clock.at(seconds, self.mapping.poll))
        self.target = SimulatedTarget(self.clock, self.faults, self.chance, ended=self._called)
        self.handle: Callable[[Any, Any], Any] = self._proxy().handle

    def client(self, service: str, /) -> Any:
        """The client of a service, as boto3's would be."""
        known = {"sqs": self.sqs, "dynamodb": self.dynamodb, "lambda": self.functions, "sts": self._sts}
        return known.get(service, self._parameters)

    def _proxy(self) -> Proxy:
        prefix, urls = self.settings.secret_prefix, placeholder_urls(self.settings.services, self.settings.access)
        stored = {prefix + name.removeprefix("ssm:"): url for name, url in urls.items()}
        self._parameters, self._sts = Parameters(stored, Placeholders(stored)), Sts()
        now, monotonic, aws = self.clock.now, self.clock.monotonic, ClientsAws(self.client)
        secrets, routes, transport = SecretStore(aws, monotonic), Routes(), cast("Transport", self.target)
        caller = Caller(
            settings=self.settings,
            secrets=secrets,
            tokens=Tokens(aws, secrets, transport, routes, now, "simulated"),
            transport=transport,
            routes=routes,
            now=now,
            monotonic=monotonic,
            chance=self.chance,
        )
        delivery = Delivery(
            caller=caller,
            ledger=TableLedger(_TABLE, aws) if self.size.ledger else NoLedger(),
            queues=Queues(RETRY, UNDELIVERED, aws),
            log=Log("simulated", "simulated", _Nothing()),
            now=now,
            chance=self.chance,
            monotonic=monotonic,
            pauses=StoredPauses(_TABLE, aws, now) if self.size.ledger else Pauses,
        )
        return Proxy(delivery=delivery, now=now)

    def _copies(self) -> list[tuple[float, bool]]:
        """A second event: of EventBridge Scheduler, with a request id of its own, or of Lambda, with the same one."""
        if self.chance.random() >= self.faults.duplicates:
            return []
        self.events["duplicates"] += 1
        return [(self.chance.choice((1.0, 90.0)) * self.chance.random(), self.chance.random() < 0.5)]

    def _run(self, event: Any, function: str, request_id: str) -> Any:
        """One invocation. Raises FunctionError."""
        deadline = self.clock.seconds + self.size.timeout_seconds
        invocation = _Invocation(request_id, function, self.clock, deadline)
        self._running[getcurrent()] = invocation
        try:
            answer = self.handle(event, invocation)
        except KilledError:
            self.events["kills"] += 1
            self._untold(KILLED, invocation)
            raise FunctionError("Runtime.ExitError", "the simulated process was killed") from None
        except Exception as error:
            self._unreachable(invocation)
            raise FunctionError(type(error).__name__, str(error)) from None
        finally:
            del self._running[getcurrent()]
        if answer.get("batchItemFailures"):
            self._unreachable(invocation)
        return answer

    def _called(self, key: str, acted: bool) -> None:
        invocation = self._running[getcurrent()]
        invocation.untold, invocation.acted = key, acted
        self._die()

    def _unreachable(self, invocation: _Invocation) -> None:
        self.events["invocations that reached neither ledger nor queue"] += 1
        self._untold(UNREACHABLE, invocation)

    def _untold(self, kind: str, invocation: _Invocation) -> None:
        if invocation.untold is not None:
            self.unsettled.add(invocation.untold)
        self._excuse(kind, invocation)

    def _excuse(self, kind: str, invocation: _Invocation) -> None:
        if invocation.untold is not None and invocation.acted:
            self.excuses.setdefault(kind, Counter())[invocation.untold] += 1

    def _step(self, step: str, asked: Mapping[str, Any]) -> None:
        """Before ("?") and after ("!") each request to AWS."""
        invocation, service = self._running.get(getcurrent()), step.partition(" ")[0]
        after = step.endswith("!")
        if after and invocation is not None and invocation.untold is not None and _tells(step, asked):
            if "SendMessage" in step:
                self._excuse(LEDGER_AWAY, invocation)
            invocation.untold = None
        if invocation is not None:
            self.clock.sleep(self.chance.uniform(0.001, 0.02))
            self._die()
        if service not in _THROTTLED or (invocation is None and after):
            return
        share = self.faults.lost_answers if after else self.faults.throttles.get(service, 0.0)
        if self.chance.random() < share:
            self.events["lost answers" if after else f"throttles of {service}"] += 1
            raise refused(_THROTTLED[service], "slow down", step)

    def _die(self) -> None:
        if self.chance.random() < self.faults.kills:
            raise KilledError
        if self.clock.seconds >= self._running[getcurrent()].deadline:
            self.events["timeouts of the function"] += 1
            raise KilledError


class _Nothing(io.StringIO):
    """Stream of the log lines."""

    def write(self, text: str, /) -> int:
        return len(text)


def _tells(step: str, asked: Mapping[str, Any]) -> bool:
    """Whether a request that was done has told what became of the call before it."""
    if "PutItem" in step:
        item = asked["Item"]
        return item["sk"]["S"] not in BESIDE_RUNS and item["state"]["S"] != "running"
    return "SendMessage" in step and asked["QueueUrl"] == RETRY
