"""Attacks on declared clients: whoever writes a request decides neither where a credential goes nor whose it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from schedule_client.contract.bindings import SecretBinding
from schedule_client.contract.request import Auth
from tests.proxy.caller import run
from tests.proxy.target import answers, running
from tests.proxy.token_shop import ACCOUNT, GATEWAY, PARTNER, Shop, replace_settings, token_shop

if TYPE_CHECKING:
    from proxy.outcome import Outcome
    from schedule_client.contract.auth_clients import AuthClient


@pytest.fixture(name="shop")
def _shop() -> Iterator[Shop]:
    with token_shop() as shop:
        yield shop


ELSEWHERE = SecretBinding(services=("billing",), origins=("shop",))


def attacked(shop: Shop, clients: dict[str, AuthClient], asking: Any) -> Outcome:
    outcome = replace_settings(shop.caller(), clients).call(asking, 10)
    assert (outcome.verdict, outcome.reason) == ("permanent", "client-unbound")
    assert (shop.aws.sts.asked, shop.server.target.received, shop.target.received) == ([], [], [])
    return outcome


@pytest.mark.parametrize("auth", [PARTNER, ACCOUNT, GATEWAY])
def test_a_client_of_another_application_gives_nothing(shop: Shop, auth: Auth) -> None:
    clients = {name: replace(each, binding=ELSEWHERE) for name, each in shop.caller().settings.clients.items()}

    attacked(shop, clients, replace(run(auth=auth), origin="evil"))


@pytest.mark.parametrize("auth", [PARTNER, ACCOUNT, GATEWAY])
@pytest.mark.parametrize(
    "members", [{"url": "https://evil.example.com/", "service": None, "path": None}, {"service": "other"}]
)
def test_a_credential_goes_to_no_other_address_than_its_clients(
    shop: Shop, auth: Auth, members: dict[str, Any]
) -> None:
    calling = shop.caller()
    calling = replace(
        calling,
        settings=replace(
            calling.settings,
            hosts=("evil.example.com",),
            services={**calling.settings.services, "other": "https://evil.example.com"},
        ),
    )

    outcome = calling.call(run(auth=auth, **members), 10)

    assert (outcome.verdict, outcome.reason) == ("permanent", "client-unbound")
    assert (shop.aws.sts.asked, shop.server.target.received) == ([], [])


@pytest.mark.parametrize("auth", [PARTNER, ACCOUNT, GATEWAY, Auth("sigv4", client="nobody")])
def test_a_redirect_takes_a_credential_nowhere(shop: Shop, auth: Auth) -> None:
    with running(answers(200)) as evil:
        shop.target.script = answers(307, Location=f"http://{evil.netloc}/")
        shop.caller().call(run(auth=auth), 10)

        assert evil.received == []


def test_a_client_of_one_type_is_not_used_as_another(shop: Shop) -> None:
    attacked(shop, dict(shop.caller().settings.clients), run(auth=Auth("sigv4", client="account")))
    attacked(shop, dict(shop.caller().settings.clients), run(auth=Auth("oidc", client="nobody")))


def test_nothing_is_signed_with_the_proxys_own_role(shop: Shop) -> None:
    """Without a key of the client's role there is no call, whatever STS says."""
    for failure in ("AccessDenied", "unreachable"):
        shop.aws.sts.failure = failure
        assert shop.caller().call(run(auth=GATEWAY), 10).verdict != "delivered"
    assert shop.target.received == []

    shop.aws.sts.failure = ""
    shop.aws.sts.asked.clear()
    shop.caller().call(run(auth=GATEWAY), 10)
    assert "Credential=AccessKeyId-1/" in shop.target.last.headers["authorization"]


def test_the_secret_of_a_client_is_sent_by_no_call(shop: Shop) -> None:
    outcome = shop.caller().call(run(auth=Auth("bearer", "partner-login")), 10)

    assert (outcome.verdict, outcome.reason) == ("permanent", "secret-unbound")
    assert shop.aws.reads == []
