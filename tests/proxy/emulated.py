"""The proxy's real handler on the emulator's queues, table and secrets: what these refuse, no double has to know."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from urllib3 import PoolManager

from local.clients import ACCOUNT, Clients
from local.emulator.emulator import Emulator
from proxy.aws import SignedAws
from proxy.call import Caller
from proxy.creation import Creations
from proxy.delivery import Delivery
from proxy.handler import Proxy
from proxy.ledger import TableLedger
from proxy.log import Log
from proxy.queues import Queues
from proxy.routes import Routes
from proxy.secrets import SecretStore
from proxy.tokens import Tokens
from proxy.transport import Transport
from schedule_client.contract.ledger import RunRecord
from schedule_client.contract.records import replace
from schedule_client.emulated import emulated_environment
from tests.proxy.stage import LOOPBACK, FakeContext

if TYPE_CHECKING:
    from schedule_client.contract.proxy_settings import ProxySettings

INDEX = {
    "IndexName": "by-outcome",
    "KeySchema": [
        {"AttributeName": "outcome_day", "KeyType": "HASH"},
        {"AttributeName": "updated", "KeyType": "RANGE"},
    ],
    "Projection": {"ProjectionType": "ALL"},
}


@contextmanager
def started_emulator(folder: Path) -> Generator[Emulator]:
    """An emulator for the tests of a module."""
    with Emulator(folder, retry_seconds=0.1) as started:
        yield started


def emulated_aws(emulator: Emulator) -> SignedAws:
    """The proxy's own requests, to the emulator."""
    environment = emulated_environment(emulator.endpoint, emulator.region, ACCOUNT)
    return SignedAws(environment, PoolManager(), Random(1))


@dataclass
class Shop:
    """One stack's proxy and stores; `now` is its clock, which goes on when a test says so."""

    emulator: Emulator
    settings: ProxySettings
    now: float = field(default_factory=time.time)
    output: io.StringIO = field(default_factory=io.StringIO)
    name: str = field(default_factory=lambda: f"shop-{uuid4().hex[:8]}")

    def __post_init__(self) -> None:
        self.clients = Clients(self.emulator.endpoint, self.emulator.region)
        sqs = self.clients.client("sqs")
        self.retry_url = sqs.create_queue(QueueName=f"{self.name}-retry")["QueueUrl"]
        self.undelivered_url = sqs.create_queue(QueueName=f"{self.name}-undelivered")["QueueUrl"]
        keys = {"pk": "HASH", "sk": "RANGE"}
        self.clients.client("dynamodb").create_table(
            TableName=self.name,
            KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in keys.items()],
            AttributeDefinitions=[
                {"AttributeName": key, "AttributeType": "S"} for key in (*keys, "outcome_day", "updated")
            ],
            GlobalSecondaryIndexes=[INDEX],
            BillingMode="PAY_PER_REQUEST",
        )
        self.aws = emulated_aws(self.emulator)
        now = lambda: datetime.fromtimestamp(self.now, UTC)  # noqa: E731
        secrets, transport, routes = SecretStore(self.aws, time.monotonic), Transport(), Routes()
        caller = Caller(
            settings=replace(self.settings, cidrs=self.settings.cidrs or LOOPBACK),
            secrets=secrets,
            tokens=Tokens(self.aws, secrets, transport, routes, now, "test"),
            transport=transport,
            routes=routes,
            now=now,
            monotonic=time.monotonic,
            chance=Random(1),
        )
        self.proxy = Proxy(
            delivery=Delivery(
                caller=caller,
                ledger=TableLedger(self.name, self.aws),
                queues=Queues(self.retry_url, self.undelivered_url, self.aws),
                log=Log("shop", "test", self.output),
                now=now,
                chance=Random(1),
                creations=Creations(self.aws),
            ),
            now=now,
        )

    def configure(self, settings: ProxySettings) -> None:
        """Deploy the proxy with other settings."""
        delivery, self.settings = self.proxy.delivery, settings
        caller = replace(delivery.caller, settings=replace(settings, cidrs=settings.cidrs or LOOPBACK))
        self.proxy = replace(self.proxy, delivery=replace(delivery, caller=caller))

    def handle(self, event: object, alias: str = "catalog") -> dict[str, Any]:
        """The answer's body."""
        return json.loads(self.proxy.handle(event, FakeContext(alias, 60.0, uuid4().hex))["body"])

    def come_back(self, body: str) -> list[str]:
        """Have a message of the retry queue handled; the messages that stay there."""
        answer = self.proxy.handle(
            {"Records": [{"messageId": "m", "body": body}]}, FakeContext("retry", 60.0, uuid4().hex)
        )
        return [each["itemIdentifier"] for each in answer["batchItemFailures"]]

    def waiting(self) -> int:
        """How many messages are on the retry queue, delayed ones included."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed"]
        found = self.clients.client("sqs").get_queue_attributes(QueueUrl=self.retry_url, AttributeNames=names)
        return sum(int(count) for count in found["Attributes"].values())

    def letters(self) -> list[dict[str, Any]]:
        """The messages on the undelivered queue: their attributes and their body."""
        found: list[dict[str, Any]] = []
        while (
            messages := self.clients.client("sqs")
            .receive_message(QueueUrl=self.undelivered_url, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
            .get("Messages")
        ):
            for message in messages:
                said = {name: value["StringValue"] for name, value in message.get("MessageAttributes", {}).items()}
                found.append({**said, "body": message["Body"]})
        return found

    def records(self) -> list[RunRecord]:
        """All that the ledger has."""
        items = self.clients.client("dynamodb").scan(TableName=self.name)["Items"]
        return [RunRecord.from_item(item) for item in items]
