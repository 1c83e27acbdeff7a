"""The proxy with everything around it replaced by what a test can see: AWS, clock, log, Lambda's context."""

from __future__ import annotations

import io
import json
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from botocore.exceptions import EndpointConnectionError

from local.simulation.access import Step, refused, unhindered
from local.simulation.clock import Clock
from local.simulation.dynamodb import DynamoDb
from local.simulation.parameters import Parameters
from local.simulation.proxy_aws import ClientsAws
from local.simulation.sqs import QueuedMessage, Sqs
from proxy.call import Caller
from proxy.delivery import Delivery
from proxy.event_bus import EventBus
from proxy.handler import Proxy
from proxy.ledger import Ledger, NoLedger, TableLedger
from proxy.log import Log
from proxy.pauses import StoredPauses
from proxy.queues import Queues
from proxy.routes import Routes
from proxy.secrets import SecretStore
from proxy.tls import tls_context
from proxy.tokens import Tokens
from proxy.transport import Transport
from schedule_client.contract.pauses import Pauses

if TYPE_CHECKING:
    from proxy.guard import Guard
    from schedule_client.contract.proxy_settings import ProxySettings

EVENTS = Path(__file__).parents[1] / "events"
ARN = "arn:aws:scheduler:eu-central-1:123456789012:schedule/shop-catalog/close-invoices"
TIME = "2027-01-05T08:00:00Z"
NOW = datetime(2027, 1, 5, 8, 0, 12, tzinfo=UTC)
LOOPBACK = ("127.0.0.0/8", "::1/128")
RETRY, UNDELIVERED, TABLE = "https://sqs/retry", "https://sqs/undelivered", "runs"
FUNCTION = "arn:aws:lambda:eu-central-1:123456789012:function:shop-proxy"
BUS = "arn:aws:events:eu-central-1:123456789012:event-bus/default"


@dataclass
class FakeContext:
    """Lambda's context object."""

    alias: str = ""
    seconds: float = 60.0
    aws_request_id: str = "8f5c7a4e-request"

    @property
    def invoked_function_arn(self) -> str:
        return f"{FUNCTION}:{self.alias}" if self.alias else FUNCTION

    def get_remaining_time_in_millis(self) -> int:
        return int(self.seconds * 1000)


@dataclass
class FakeClock:
    """Seconds that pass when a test says so."""

    seconds: float = 1000.0

    def __call__(self) -> float:
        return self.seconds


def queues(step: Step = unhindered) -> Sqs:
    """The two queues of the proxy, at the time of the stage."""
    sqs = Sqs(Clock(NOW.timestamp()), step)
    sqs.create(RETRY)
    sqs.create(UNDELIVERED)
    return sqs


@dataclass
class FakeBus:
    """An event bus: `failure` is the code with which it refuses, the entry alone for "refused", or "unreachable"."""

    sqs: Sqs
    failure: str = ""
    entries: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    letters_before: list[int] = field(default_factory=list[int])

    def put_events(self, **asked: Any) -> dict[str, Any]:
        """https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html."""
        if self.failure == "unreachable":
            raise EndpointConnectionError(endpoint_url="https://events.eu-central-1.amazonaws.com")
        if self.failure == "refused":
            return {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "InternalFailure", "ErrorMessage": "no"}]}
        if self.failure:
            raise refused(self.failure, "no", "PutEvents")
        self.entries += asked["Entries"]
        self.letters_before.append(len(self.sqs.messages(UNDELIVERED)))
        return {"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]}


@dataclass
class FakeSts:
    """STS, which issues numbered tokens and keys; `failure` is the code of its error."""

    asked: list[Mapping[str, Any]] = field(default_factory=list[Mapping[str, Any]])
    failure: str = ""

    def get_web_identity_token(self, **asked: Any) -> dict[str, Any]:
        return {"WebIdentityToken": f"identity-{self._number(asked, 'GetWebIdentityToken')}"}

    def assume_role(self, **asked: Any) -> dict[str, Any]:
        number = self._number(asked, "AssumeRole")
        names = ("AccessKeyId", "SecretAccessKey", "SessionToken")
        return {"Credentials": {name: f"{name}-{number}" for name in names}}

    def _number(self, asked: Mapping[str, Any], operation: str) -> int:
        self.asked.append(asked)
        if self.failure == "unreachable":
            raise EndpointConnectionError(endpoint_url="https://sts.eu-central-1.amazonaws.com")
        if self.failure:
            raise refused(self.failure, "no", operation)
        return len(self.asked)


@dataclass
class FakeAws:
    """The doubles of AWS; `reachable` false has every read of a secret or parameter fail as without a network."""

    parameters: dict[str, str] = field(default_factory=dict[str, str])
    secrets: dict[str, str | bytes] = field(default_factory=dict[str, "str | bytes"])
    reachable: bool = True
    denied: str = ""
    words: str = "no"
    reads: list[str] = field(default_factory=list[str])
    sqs: Sqs = field(default_factory=queues)
    table: DynamoDb = field(default_factory=lambda: DynamoDb(TABLE))

    sts: FakeSts = field(default_factory=FakeSts)

    def __post_init__(self) -> None:
        self.bus = FakeBus(self.sqs)

    def __call__(self, service: str, operation: str, members: Mapping[str, Any], /) -> dict[str, Any]:
        return ClientsAws(self._client)(service, operation, members)

    def _client(self, service: str) -> Any:
        kept = Parameters(self.parameters, self.secrets, self._read)
        stores = {"ssm": kept, "secretsmanager": kept}
        return {**stores, "sqs": self.sqs, "dynamodb": self.table, "events": self.bus, "sts": self.sts}[service]

    @property
    def retries(self) -> list[dict[str, Any]]:
        """The bodies of what is on the retry queue."""
        return [json.loads(message.body) for message in self.sqs.messages(RETRY)]

    @property
    def delays(self) -> list[float]:
        """How long each message of the retry queue was to wait."""
        return [message.visible - message.sent for message in self.sqs.messages(RETRY)]

    @property
    def letters(self) -> list[dict[str, Any]]:
        """What is on the undelivered queue."""
        return [letter(message) for message in self.sqs.messages(UNDELIVERED)]

    def take_retry(self) -> dict[str, Any]:
        """Remove the last message of the retry queue, and return its body."""
        message = self.sqs.messages(RETRY)[-1]
        self.sqs.delete_message(QueueUrl=RETRY, ReceiptHandle=message.receipt)
        return json.loads(message.body)

    def _read(self, step: str, asked: Mapping[str, Any]) -> None:
        self.reads.append(asked.get("Name") or asked["SecretId"])
        if not self.reachable:
            raise EndpointConnectionError(endpoint_url="https://ssm.eu-central-1.amazonaws.com")
        if self.denied:
            raise refused(self.denied, self.words, step)


def letter(message: QueuedMessage) -> dict[str, Any]:
    """A message of the undelivered queue: its body and its attributes."""
    said = {name: value["StringValue"] for name, value in message.attributes.items()}
    return {"body": json.loads(message.body), **said}


@dataclass
class Stage:
    """A proxy and what it saw and said."""

    proxy: Proxy
    aws: FakeAws
    clock: FakeClock
    output: io.StringIO

    def handle(
        self, event: object, alias: str = "", seconds: float = 60.0, request_id: str = "8f5c7a4e-request"
    ) -> dict[str, Any]:
        answer = self.proxy.handle(event, FakeContext(alias, seconds, request_id))
        return {"statusCode": answer["statusCode"], **json.loads(answer["body"])}

    def close(self) -> None:
        """Close the connections that are kept."""
        transport = self.proxy.delivery.caller.transport
        assert isinstance(transport, Transport)
        transport.close()

    @property
    def lines(self) -> list[dict[str, Any]]:
        """What became of each event."""
        return [line for line in self.all_lines if line["event"] == "outcome"]

    @property
    def all_lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.output.getvalue().splitlines()]


def stage(
    settings: ProxySettings,
    *,
    secrets: dict[str, str | bytes] | None = None,
    ssl_context: Callable[[], ssl.SSLContext] = tls_context,
    routes: Routes | None = None,
    guard: Guard | None = None,
    ledger: bool = False,
    bus: bool = False,
) -> Stage:
    """A proxy with `settings`, which may call this machine; without a ledger, so that an event may come again."""
    settings = replace(settings, cidrs=settings.cidrs or LOOPBACK)
    aws, clock, output = FakeAws({}, secrets or {}), FakeClock(), io.StringIO()
    kept, transport = SecretStore(aws, clock), Transport(ssl_context, time.monotonic, guard=guard)
    routes = routes or Routes()
    caller = Caller(
        settings=settings,
        secrets=kept,
        tokens=Tokens(aws, kept, transport, routes, lambda: NOW, "test"),
        transport=transport,
        routes=routes,
        now=lambda: NOW,
        monotonic=time.monotonic,
        chance=Random(1),
    )
    table: Ledger = TableLedger(TABLE, aws) if ledger else NoLedger()
    delivery = Delivery(
        caller=caller,
        ledger=table,
        queues=Queues(RETRY, UNDELIVERED, aws),
        log=Log("shop", "test", output),
        now=lambda: NOW,
        chance=Random(1),
        bus=EventBus(BUS, "shop", "test", aws) if bus else None,
        pauses=StoredPauses(TABLE, aws, lambda: NOW) if ledger else Pauses,
    )
    return Stage(Proxy(delivery=delivery, now=lambda: NOW), aws, clock, output)


def golden(name: str) -> Any:
    """A golden event as EventBridge Scheduler delivers it: with its keywords replaced."""
    text = (EVENTS / f"{name}.json").read_text()
    return json.loads(text.replace("<aws.scheduler.schedule-arn>", ARN).replace("<aws.scheduler.scheduled-time>", TIME))
