"""The proxy with everything around it replaced by what a test can see: AWS, clock, log, Lambda's context."""

from __future__ import annotations

import io
import json
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, EndpointConnectionError

from proxy.call import Caller
from proxy.delivery import Delivery
from proxy.handler import Proxy
from proxy.ledger import Ledger, NoLedger, TableLedger
from proxy.log import Log
from proxy.queues import Queues
from proxy.routes import Routes
from proxy.secrets import SecretStore
from proxy.settings import SettingsParameter
from proxy.tls import tls_context
from proxy.transport import Transport
from tests.proxy.cloud import RETRY, UNDELIVERED, FakeQueues, FakeTable

if TYPE_CHECKING:
    from proxy.guard import Guard
    from schedule_client.contract import ProxySettings

EVENTS = Path(__file__).parents[1] / "events"
ARN = "arn:aws:scheduler:eu-central-1:123456789012:schedule/shop-catalog/close-invoices"
TIME = "2027-01-05T08:00:00Z"
NOW = datetime(2027, 1, 5, 8, 0, 12, tzinfo=UTC)
LOOPBACK = ("127.0.0.0/8", "::1/128")
FUNCTION = "arn:aws:lambda:eu-central-1:123456789012:function:shop-proxy"


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


@dataclass
class FakeAws:
    """Secrets Manager and Parameter Store, by name; `reachable` false has every call fail as without a network."""

    parameters: dict[str, str] = field(default_factory=dict[str, str])
    secrets: dict[str, str | bytes] = field(default_factory=dict[str, "str | bytes"])
    reachable: bool = True
    denied: str = ""
    reads: list[str] = field(default_factory=list[str])
    queues: FakeQueues = field(default_factory=FakeQueues)
    table: FakeTable = field(default_factory=FakeTable)

    def __call__(self, service: str, /) -> Any:
        return {"ssm": self, "secretsmanager": self, "sqs": self.queues, "dynamodb": self.table}[service]

    def get_parameter(self, *, Name: str, WithDecryption: bool) -> dict[str, Any]:  # noqa: N803 - boto3's own names
        assert WithDecryption
        self._read(Name, Name in self.parameters, "ParameterNotFound", "GetParameter")
        return {"Parameter": {"Value": self.parameters[Name]}}

    def get_secret_value(self, *, SecretId: str) -> dict[str, Any]:  # noqa: N803 - boto3's own names
        self._read(SecretId, SecretId in self.secrets, "ResourceNotFoundException", "GetSecretValue")
        value = self.secrets[SecretId]
        return {"SecretString": value} if isinstance(value, str) else {"SecretBinary": value}

    def _read(self, name: str, known: bool, code: str, operation: str) -> None:
        self.reads.append(name)
        if not self.reachable:
            raise EndpointConnectionError(endpoint_url="https://ssm.eu-central-1.amazonaws.com")
        if self.denied or not known:
            raise ClientError({"Error": {"Code": self.denied or code, "Message": "no"}}, operation)


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

    @property
    def lines(self) -> list[dict[str, Any]]:
        """What became of each event."""
        return [line for line in self._all_lines if line["event"] == "outcome"]

    @property
    def attempts(self) -> list[dict[str, Any]]:
        return [line for line in self._all_lines if line["event"] == "attempt"]

    @property
    def _all_lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.output.getvalue().splitlines()]


def stage(
    settings: ProxySettings,
    *,
    secrets: dict[str, str | bytes] | None = None,
    ssl_context: Callable[[], ssl.SSLContext] = tls_context,
    routes: Routes | None = None,
    guard: Guard | None = None,
    ledger: bool = False,
) -> Stage:
    """A proxy with `settings`, which may call this machine; without a ledger, so that an event may come again."""
    settings = replace(settings, cidrs=settings.cidrs or LOOPBACK)
    aws, clock, output = FakeAws({"/shop/proxy": settings.to_json()}, secrets or {}), FakeClock(), io.StringIO()
    caller = Caller(
        settings=SettingsParameter("/shop/proxy", aws, clock),
        secrets=SecretStore(aws, clock),
        transport=Transport(ssl_context, time.monotonic, guard=guard),
        routes=routes or Routes(),
        now=lambda: NOW,
        monotonic=time.monotonic,
        chance=Random(1),
    )
    table: Ledger = TableLedger("runs", aws) if ledger else NoLedger()
    delivery = Delivery(
        caller=caller,
        ledger=table,
        queues=Queues(RETRY, UNDELIVERED, aws),
        log=Log("test", output),
        now=lambda: NOW,
        chance=Random(1),
    )
    return Stage(Proxy(delivery=delivery, now=lambda: NOW), aws, clock, output)


def golden(name: str) -> Any:
    """A golden event as EventBridge Scheduler delivers it: with its keywords replaced."""
    text = (EVENTS / f"{name}.json").read_text()
    return json.loads(text.replace("<aws.scheduler.schedule-arn>", ARN).replace("<aws.scheduler.scheduled-time>", TIME))
