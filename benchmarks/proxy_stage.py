"""The proxy as it runs in Lambda, with its settings and its signing key at hand and its log thrown away."""

from __future__ import annotations

import io
import time
from datetime import UTC, datetime
from random import Random
from typing import Any

from proxy.call import Caller
from proxy.delivery import Delivery
from proxy.handler import Proxy
from proxy.ledger import NoLedger
from proxy.log import Log
from proxy.queues import Queues
from proxy.routes import Routes
from proxy.secrets import SecretStore
from proxy.tokens import Tokens
from proxy.transport import Transport
from schedule_client.contract.bindings import SecretBinding
from schedule_client.contract.proxy_settings import ProxySettings


class SecretsOnly:
    """Secrets Manager with one text."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __call__(self, service: str, operation: str, members: object, /) -> dict[str, Any]:
        """Return the signing key."""
        return {"SecretString": self._key}


class Nowhere(io.StringIO):
    """A log that nobody keeps."""

    def write(self, text: str, /) -> int:
        """Take the text for written."""
        return len(text)


def proxy(base: str, key: str) -> Proxy:
    """A proxy that may call the service `billing` at `base`, and signs its calls."""
    settings = ProxySettings(
        services={"billing": base},
        http_hosts=(base.partition("://")[2],),
        cidrs=("127.0.0.0/8",),
        signing={"billing": SecretBinding(services=("billing",), origins=("catalog",))},
    )
    aws, now = SecretsOnly(key), lambda: datetime.now(UTC)
    secrets, transport, routes = SecretStore(aws, time.monotonic), Transport(), Routes()
    caller = Caller(
        settings=settings,
        secrets=secrets,
        tokens=Tokens(aws, secrets, transport, routes, now, "bench"),
        transport=transport,
        routes=routes,
        now=now,
        monotonic=time.monotonic,
        chance=Random(1),
    )
    delivery = Delivery(
        caller=caller,
        ledger=NoLedger(),
        queues=Queues("retry", "undelivered", aws),
        log=Log("bench", "bench", Nowhere()),
        now=now,
        chance=Random(1),
    )
    return Proxy(delivery=delivery, now=now)
