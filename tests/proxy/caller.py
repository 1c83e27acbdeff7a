"""A caller of runs, with AWS and time as a test wants them, and real connections to loopback."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from proxy.call import Caller
from proxy.routes import Routes
from proxy.run import Run, Schedule
from proxy.secrets import SecretStore
from proxy.tls import tls_context
from proxy.tokens import Tokens
from proxy.transport import Transport
from schedule_client.contract.bindings import SecretBinding
from schedule_client.contract.proxy_settings import ProxySettings
from schedule_client.contract.request import Request
from schedule_client.contract.run_keys import run_key
from tests.proxy.stage import ARN, LOOPBACK, NOW, TIME, FakeAws, FakeClock
from tests.proxy.target import Target, answers

CATALOG = SecretBinding(services=("billing",), origins=("catalog",))
KEY = run_key("catalog", ARN, TIME)


def caller(settings: ProxySettings, aws: FakeAws, clock: Callable[[], float] = time.monotonic, **parts: Any) -> Caller:
    """A caller with `settings`, which may call this machine."""
    given: dict[str, Any] = {
        "settings": replace(settings, cidrs=settings.cidrs or LOOPBACK),
        "secrets": SecretStore(aws, FakeClock()),
        "transport": Transport(tls_context, time.monotonic),
        "routes": Routes(),
        "now": lambda: NOW,
        "monotonic": clock,
        "chance": Random(1),
        **parts,
    }
    tokens = Tokens(aws, given["secrets"], given["transport"], given["routes"], given["now"], "test")
    return Caller(tokens=tokens, **given)


def run(**members: Any) -> Run:
    """A run of a catalog's schedule that calls the service `billing`."""
    given: dict[str, Any] = {"service": "billing", "path": "/close", **members}
    return Run(Request(**given), "catalog", KEY, f"catalog#{ARN}", TIME, Schedule("close-invoices", ARN, TIME))


def billing(target: Target, **members: Any) -> ProxySettings:
    """Settings that have `target` as the service `billing`."""
    given: dict[str, Any] = {"secret_prefix": "/shop/", "http_hosts": (target.netloc,), **members}
    return ProxySettings(services={"billing": f"http://{target.netloc}"}, **given)


@dataclass
class Guarded:
    """A script that answers 401 to whoever does not bring `accepted`, and `body` with every answer."""

    target: Target
    accepted: str
    header: str = "authorization"
    before_refusing: Callable[[], None] = lambda: None

    def __call__(self, connection: socket.socket) -> None:
        if self.target.last.headers.get(self.header) == self.accepted:
            return answers(200, b"{}")(connection)
        self.before_refusing()
        return answers(401, b"no")(connection)
