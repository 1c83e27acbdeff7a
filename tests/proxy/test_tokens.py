"""Declared clients: real targets and a real token server on loopback, and a double of STS."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from proxy.sts_credentials import ROLE_SECONDS, TOKEN_SECONDS
from schedule_client.contract.auth_clients import AuthClient
from schedule_client.contract.bindings import SecretBinding
from tests.proxy.caller import CATALOG, Guarded, billing, run
from tests.proxy.stage import LOOPBACK, NOW, stage
from tests.proxy.target import answers, running
from tests.proxy.token_server import token_server
from tests.proxy.token_shop import ACCOUNT, GATEWAY, OIDC, PARTNER, Shop, replace_settings, token_shop

if TYPE_CHECKING:
    from schedule_client.contract.request import Auth


@pytest.fixture(name="shop")
def _shop() -> Iterator[Shop]:
    with token_shop() as shop:
        yield shop


def bearers(shop: Shop) -> list[str]:
    return [each.headers["authorization"] for each in shop.target.received]


def test_a_token_server_is_asked_as_the_settings_say_and_its_token_is_sent(shop: Shop) -> None:
    outcome = shop.caller(scopes=("invoices.write", "invoices.read"), audience="invoices").call(run(auth=PARTNER), 10)

    assert outcome.verdict == "delivered"
    assert bearers(shop) == ["Bearer access-token-1"]
    assert shop.server.form == {
        "grant_type": ["client_credentials"],
        "scope": ["invoices.write invoices.read"],
        "audience": ["invoices"],
    }
    assert shop.server.target.last.line == "POST /oauth/token HTTP/1.1"
    assert shop.server.target.last.headers["host"] == shop.server.target.netloc


def test_a_login_with_signs_of_its_own_arrives_as_it_was_stored(shop: Shop) -> None:
    shop.aws.secrets["/shop/partner-login"] = "shop@example.com:p+s/ :w%rd\n"
    shop.server.login = "shop@example.com:p+s/ :w%rd"

    assert shop.caller().call(run(auth=PARTNER), 10).verdict == "delivered"


@pytest.mark.parametrize(("auth", "seconds"), [(PARTNER, 3600), (ACCOUNT, TOKEN_SECONDS), (GATEWAY, ROLE_SECONDS)])
def test_a_credential_is_used_until_a_minute_before_its_end(shop: Shop, auth: Auth, seconds: int) -> None:
    calling = shop.caller()

    for second in (0, seconds - 61, seconds - 60, seconds):
        shop.now = NOW + timedelta(seconds=second)
        assert calling.call(run(auth=auth), 10).verdict == "delivered"

    assert len(shop.server.given) + len(shop.aws.sts.asked) == 2


@pytest.mark.parametrize(
    ("lifetime", "kept"),
    [(3600, 3540), ("600", 540), (None, 240), ("soon", 240), (-5, 240), (10**12, 3540), (30, 0), (1.5, 240)],
)
def test_a_lifetime_that_makes_no_sense_is_not_believed(shop: Shop, lifetime: object, kept: int) -> None:
    shop.server.lifetime = lifetime
    calling = shop.caller()
    calling.call(run(auth=PARTNER), 10)
    shop.now = NOW + timedelta(seconds=kept - 1)
    calling.call(run(auth=PARTNER), 10)
    before = len(shop.server.given)
    shop.now = NOW + timedelta(seconds=kept)
    calling.call(run(auth=PARTNER), 10)

    assert (before, len(shop.server.given)) == ((1, 2) if kept else (2, 3))


@pytest.mark.parametrize(
    ("answer", "verdict", "reason", "said"),
    [
        ((401, {"error": "invalid_client"}), "permanent", "token-refused", "answered 401, invalid_client"),
        ((400, {"error": "invalid_scope"}), "permanent", "token-refused", "answered 400, invalid_scope"),
        ((403, {"error": "the secret s3cr3t"}), "permanent", "token-refused", "answered 403"),
        ((302, {}), "permanent", "token-refused", "answered 302"),
        ((200, {}), "permanent", "token-refused", "no header can carry, or none"),
        ((200, ["access_token"]), "permanent", "token-refused", "no header can carry, or none"),
        ((200, {"access_token": 7}), "permanent", "token-refused", "no header can carry, or none"),
        ((200, {"access_token": "a\r\nHost: b"}), "permanent", "token-refused", "no header can carry, or none"),
        ((200, {"access_token": "a", "token_type": "mac"}), "permanent", "token-refused", "gives no bearer tokens"),
        ((503, {}), "retryable", "token-unavailable", "answered 503"),
        ((429, {}), "retryable", "token-unavailable", "answered 429"),
    ],
)
def test_a_token_server_that_gives_no_token_is_an_outcome_of_its_own(
    shop: Shop, answer: tuple[int, Any], verdict: str, reason: str, said: str
) -> None:
    shop.server.answer = answer

    outcome = shop.caller().call(run(auth=PARTNER), 10)

    assert (outcome.verdict, outcome.reason) == (verdict, reason)
    assert outcome.called is (verdict == "permanent")
    assert str(outcome.message).endswith(said)
    assert "s3cr3t" not in repr(outcome)
    assert shop.target.received == []


def test_a_token_server_that_is_gone_makes_the_call_wait_without_an_attempt(shop: Shop) -> None:
    calling = shop.caller()
    shop.server.target.port = 9
    calling = shop.caller()

    outcome = calling.call(run(auth=PARTNER), 10)

    assert (outcome.verdict, outcome.reason, outcome.called) == ("retryable", "token-unavailable", False)
    assert str(outcome.message).endswith("gave no token: connect")


@pytest.mark.parametrize("auth", [ACCOUNT, GATEWAY])
@pytest.mark.parametrize(
    ("failure", "verdict", "reason"),
    [
        ("unreachable", "retryable", "token-unavailable"),
        ("Throttling", "retryable", "token-unavailable"),
        ("ExpiredToken", "retryable", "token-unavailable"),
        ("AccessDenied", "permanent", "token-refused"),
        ("OutboundWebIdentityFederationDisabledException", "permanent", "token-refused"),
    ],
)
def test_a_refusal_of_sts_is_permanent_and_an_outage_is_a_hop(
    shop: Shop, auth: Auth, failure: str, verdict: str, reason: str
) -> None:
    shop.aws.sts.failure = failure

    outcome = shop.caller().call(run(auth=auth), 10)

    assert (outcome.verdict, outcome.reason, outcome.called) == (verdict, reason, verdict == "permanent")
    assert shop.target.received == []
    assert ("aws iam enable-outbound-web-identity-federation" in str(outcome.message)) is failure.startswith("Outbound")


def test_an_outage_of_the_token_server_is_a_hop_and_no_attempt() -> None:
    with running(answers(200)) as target, token_server(answer=(503, {})) as server:
        partner = AuthClient(
            type="oauth2", binding=SecretBinding(("billing",), (), ("direct",)), token_url=server.url, secret="login"
        )
        hosts = (target.netloc, server.target.netloc)
        settings = replace(billing(target), http_hosts=hosts, cidrs=LOOPBACK, clients={"partner": partner})
        shop = stage(settings, secrets={"/shop/login": "partner:s3cr3t"}, ledger=True)
        event = {"v": 1, "service": "billing", "path": "/close", "auth": {"type": "oauth2", "client": "partner"}}

        answer = shop.handle(event)

        assert (answer["reason"], answer["handed_over"]) == ("token-unavailable", True)
        assert [(each["attempt"], each["hops"]) for each in shop.aws.retries] == [(1, 1)]
        assert "s3cr3t" not in f"{shop.output.getvalue()}{shop.aws.retries}{shop.aws.table.items}"
        shop.close()


@pytest.mark.parametrize("auth", [PARTNER, ACCOUNT])
def test_a_cached_token_that_is_refused_is_renewed_once_within_the_attempt(shop: Shop, auth: Auth) -> None:
    calling = shop.caller()
    calling.call(run(auth=auth), 10)
    renewed = "Bearer access-token-2" if auth is PARTNER else "Bearer identity-2"
    shop.target.script = Guarded(shop.target, renewed)

    assert calling.call(run(auth=auth), 10).verdict == "delivered"
    assert bearers(shop)[1:] == [bearers(shop)[0], renewed]
    assert len({each.headers["traceparent"] for each in shop.target.received[1:]}) == 1

    shop.target.script = Guarded(shop.target, "Bearer nobody's")
    before = len(shop.target.received)
    assert calling.call(run(auth=auth), 10).reason == "http-401"
    assert len(shop.target.received) == before + 2


@pytest.mark.parametrize("auth", [PARTNER, ACCOUNT, GATEWAY])
def test_a_token_that_was_made_for_the_attempt_is_not_made_again(shop: Shop, auth: Auth) -> None:
    shop.target.script = answers(401)

    outcome = shop.caller().call(run(auth=auth), 10)

    assert (outcome.verdict, outcome.reason) == ("permanent", "http-401")
    assert len(shop.target.received) == 1
    assert len(shop.server.given) + len(shop.aws.sts.asked) == 1


def test_a_replaced_signing_key_is_read_again_beside_a_new_token(shop: Shop) -> None:
    old, new = ("whsec_" + b64encode(bytes([number]) * 32).decode() for number in (1, 2))
    shop.aws.secrets["/shop/signing/billing"] = old
    calling = shop.caller()
    calling = replace(calling, settings=replace(calling.settings, signing={"billing": CATALOG}))
    calling.call(run(auth=PARTNER), 10)
    refused = shop.target.last.headers["webhook-signature"]
    shop.aws.secrets["/shop/signing/billing"] = new
    shop.now = NOW + timedelta(hours=1)
    shop.target.script = lambda connection: answers(200 if len(shop.target.received) > 2 else 401)(connection)

    assert calling.call(run(auth=PARTNER), 10).verdict == "delivered"
    assert shop.target.last.headers["webhook-signature"] != refused
    assert bearers(shop) == ["Bearer access-token-1", *["Bearer access-token-2"] * 2]


def test_no_token_is_asked_for_when_the_time_is_over(shop: Shop) -> None:
    outcome = shop.caller().call(run(auth=PARTNER), 0)

    assert (outcome.reason, outcome.called) == ("no-time", False)
    assert shop.server.target.received == []


def test_a_login_that_was_changed_is_read_again_when_the_token_server_refuses_it(shop: Shop) -> None:
    calling = shop.caller()
    calling.call(run(auth=PARTNER), 10)
    shop.server.login = shop.aws.secrets["/shop/partner-login"] = "partner:newer"
    shop.now = NOW + timedelta(hours=1)

    assert calling.call(run(auth=PARTNER), 10).verdict == "delivered"
    assert len(shop.server.target.received) == 3


def test_a_token_of_the_account_is_for_the_audience_and_says_who_calls(shop: Shop) -> None:
    assert shop.caller().call(run(auth=ACCOUNT), 10).verdict == "delivered"

    assert bearers(shop) == ["Bearer identity-1"]
    assert shop.aws.sts.asked == [
        {
            "Audience": ["https://billing.example.com"],
            "DurationSeconds": 300,
            "SigningAlgorithm": "RS256",
            "Tags": [{"Key": "origin", "Value": "catalog"}, {"Key": "stack", "Value": "test"}],
        }
    ]


def test_each_origin_has_a_token_of_its_own(shop: Shop) -> None:
    calling = shop.caller()
    both = replace(OIDC, binding=replace(CATALOG, origins=("catalog", "shop")))
    calling = replace_settings(calling, {"account": both})

    for origin in ("catalog", "shop", "catalog", "shop"):
        assert calling.call(replace(run(auth=ACCOUNT), origin=origin), 10).verdict == "delivered"

    assert [each["Tags"][0]["Value"] for each in shop.aws.sts.asked] == ["catalog", "shop"]
    assert bearers(shop) == ["Bearer identity-1", "Bearer identity-2"] * 2


@pytest.mark.parametrize("auth", [PARTNER, ACCOUNT, GATEWAY])
def test_a_response_that_repeats_the_credential_does_not_reach_the_result(shop: Shop, auth: Auth) -> None:
    def echo(connection: Any) -> None:
        headers = "\n".join(f"{name}: {text}" for name, text in shop.target.last.headers.items())
        answers(200, headers.encode())(connection)

    shop.target.script = echo

    reply = shop.caller().call(run(auth=auth), 10).reply

    assert reply is not None
    assert b"[redacted]" in reply.body
    for part in (b"access-token-1", b"identity-1", b"SessionToken-1"):
        assert part not in reply.body


def test_no_repr_shows_a_credential(shop: Shop) -> None:
    calling = shop.caller()
    for auth in (PARTNER, ACCOUNT, GATEWAY):
        assert calling.call(run(auth=auth), 10).verdict == "delivered"

    kept = vars(calling.tokens)["_kept"]
    assert len(kept) == 3
    for part in ("access-token", "identity-1", "SecretAccessKey", "SessionToken"):
        assert part not in repr(kept)
