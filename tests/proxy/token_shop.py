"""A service with one client of each type: a real target and a real token server on loopback, and a double of STS."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from schedule_client.contract.auth_clients import AuthClient
from schedule_client.contract.request import Auth
from tests.proxy.caller import CATALOG, billing, caller
from tests.proxy.stage import NOW, FakeAws
from tests.proxy.target import Target, answers, running
from tests.proxy.token_server import TokenServer, token_server

if TYPE_CHECKING:
    from proxy.call import Caller

PARTNER, ACCOUNT, GATEWAY = (
    Auth("oauth2", client="partner"),
    Auth("oidc", client="account"),
    Auth("sigv4", client="api"),
)
ROLE = "arn:aws:iam::123456789012:role/invoices-caller"
OIDC = AuthClient(type="oidc", binding=CATALOG, audience="https://billing.example.com")
SIGV4 = AuthClient(type="sigv4", binding=CATALOG, role=ROLE, aws_service="execute-api", region="eu-west-1")


@dataclass
class Shop:
    """A service with one client of each type."""

    target: Target
    server: TokenServer
    aws: FakeAws = field(default_factory=lambda: FakeAws({}, {"/shop/partner-login": "partner:s3cr3t"}))
    now: datetime = NOW

    def caller(self, **members: Any) -> Caller:
        partner = AuthClient(
            type="oauth2", binding=CATALOG, token_url=self.server.url, secret="partner-login", **members
        )
        settings = billing(self.target, clients={"partner": partner, "account": OIDC, "api": SIGV4})
        settings = replace(settings, http_hosts=(self.target.netloc, self.server.target.netloc))
        return caller(settings, self.aws, now=lambda: self.now)


@contextmanager
def token_shop() -> Generator[Shop]:
    with running(answers(200)) as target, token_server() as server:
        yield Shop(target, server)


def replace_settings(calling: Caller, clients: dict[str, AuthClient]) -> Caller:
    return replace(calling, settings=replace(calling.settings, clients=clients))
