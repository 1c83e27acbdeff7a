"""Token servers under a private CA, that want the login in the form, and that answer what no token server should."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from proxy.connection import MAX_ANSWER_BYTES
from schedule_client.contract.auth_clients import AuthClient
from schedule_client.contract.records import replace
from schedule_client.contract.request import Auth
from tests.proxy.caller import CATALOG, billing, caller, run
from tests.proxy.private_api import asking, pem
from tests.proxy.stage import FakeAws
from tests.proxy.target import Target, answers, running, sends
from tests.proxy.token_server import TokenServer, token_server

if TYPE_CHECKING:
    from proxy.outcome import Outcome
    from schedule_client.contract.proxy_settings import ProxySettings

PARTNER = Auth("oauth2", client="partner")
STORED: dict[str, str | bytes] = {
    "/shop/login": "partner:s3cr3t",
    "/shop/login-ca": pem("ca"),
    "/shop/login-certificate": pem("client"),
}
PRIVATE: dict[str, Any] = {"ca": "login-ca", "client_certificate": "login-certificate"}


def settings(target: Target, server: TokenServer, **members: Any) -> ProxySettings:
    client = AuthClient(type="oauth2", binding=CATALOG, token_url=server.url, secret="login", **members)
    found = billing(target, clients={"partner": client})
    return replace(found, http_hosts=(target.netloc, server.target.netloc))


def called(server: TokenServer, stored: dict[str, str | bytes] | None = None, **members: Any) -> tuple[Outcome, Target]:
    with running(answers(200)) as target:
        aws = FakeAws(secrets={**STORED, **(stored or {})})
        return caller(settings(target, server, **members), aws).call(run(auth=PARTNER), 20), target


def test_a_token_server_under_a_private_ca_is_shown_the_certificate_of_its_client() -> None:
    with token_server(asking()) as server:
        outcome, target = called(server, **PRIVATE)

    assert outcome.verdict == "delivered"
    assert target.last.headers["authorization"] == "Bearer access-token-1"


@pytest.mark.parametrize(
    ("stored", "members", "said"),
    [
        ({}, {}, "or declare its ca in the settings"),
        ({"/shop/login-ca": pem("other-ca")}, PRIVATE, 'store the certificate of its CA as the secret "login-ca"'),
        ({}, {"ca": "login-ca"}, "declare its client_certificate in the settings"),
        ({"/shop/login-certificate": pem("stranger")}, PRIVATE, 'it accepts as the secret "login-certificate"'),
    ],
)
def test_a_token_server_whose_certificate_or_ours_is_refused_gets_no_login_and_the_run_waits(
    stored: dict[str, str | bytes], members: dict[str, str], said: str
) -> None:
    with token_server(asking()) as server:
        outcome, target = called(server, stored, **members)

    assert (outcome.verdict, outcome.reason, outcome.called) == ("retryable", "token-unavailable", False)
    assert said in str(outcome.message)
    assert (server.target.received, target.received) == ([], [])


def test_a_certificate_that_was_replaced_is_read_again_within_the_attempt() -> None:
    aws = FakeAws(secrets={**STORED, "/shop/login-certificate": pem("expired")})
    with token_server(asking()) as server, running(answers(200)) as target:
        calling = caller(settings(target, server, **PRIVATE), aws)
        assert calling.call(run(auth=PARTNER), 20).reason == "token-unavailable"
        aws.secrets["/shop/login-certificate"] = pem("client")

        assert calling.call(run(auth=PARTNER), 20).verdict == "delivered"


def test_a_certificate_that_is_none_is_named_and_no_login_is_sent() -> None:
    with token_server(asking()) as server:
        outcome, _ = called(server, {"/shop/login-ca": "no certificate"}, **PRIVATE)

    assert (outcome.verdict, outcome.reason) == ("permanent", "secret-unusable")
    assert server.target.connections == 0


def test_a_login_is_sent_in_the_form_to_a_server_that_wants_it_there() -> None:
    with token_server(login="shop@example.com:p+s/ :w%rd") as server:
        outcome, _ = called(server, {"/shop/login": "shop@example.com:p+s/ :w%rd\n"}, login="form")

    assert outcome.verdict == "delivered"
    assert "authorization" not in server.target.last.headers
    assert server.form["client_id"] == ["shop@example.com"]


def test_a_redirect_of_a_token_server_carries_the_login_nowhere() -> None:
    with token_server() as server, running(answers(200)) as evil:
        for login in ("basic", "form"):
            server.target.script = answers(307, Location=f"http://{evil.netloc}/")
            outcome, target = called(server, login=login)

            assert (outcome.verdict, outcome.reason) == ("permanent", "token-refused")
            assert (evil.received, target.received) == ([], [])


def huge(connection: socket.socket) -> None:
    sends(b"HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n")(connection)
    for _ in range(MAX_ANSWER_BYTES // 65536 + 1):
        connection.sendall(b"x" * 65536)


def token(**members: Any) -> Callable[[socket.socket], None]:
    return answers(200, json.dumps({"access_token": "t0ken-of-the-server", **members}).encode())


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (answers(200, b"<html>Sign in: s3cr3t</html>", Content_Type="text/html"), "token-refused"),
        (answers(200, b"[" * 20_000), "token-refused"),
        (answers(200, b'{"access_token": "\\ud800"}'), "token-refused"),
        (token(access_token="x" * 100_000), "token-unavailable"),
        (huge, "token-unavailable"),
        (sends(b"s3cr3t is no HTTP\r\n\r\n"), "token-unavailable"),
    ],
)
def test_a_nonsensical_answer_of_a_token_server_is_an_outcome_that_repeats_nothing_of_it(
    script: Callable[[socket.socket], None], reason: str
) -> None:
    with token_server() as server:
        server.target.script = script
        outcome, target = called(server)

    assert outcome.reason == reason
    assert "s3cr3t" not in repr(outcome)
    assert target.received == []


@pytest.mark.parametrize("lifetime", ["-5", "1e3", 0, -1, 2**70, "٣٠٠", True, [], "9" * 5000])
def test_an_odd_lifetime_neither_breaks_the_call_nor_keeps_the_token_for_long(lifetime: object) -> None:
    with token_server() as server:
        server.target.script = token(expires_in=lifetime)
        outcome, target = called(server)

    assert outcome.verdict == "delivered"
    assert target.last.headers["authorization"] == "Bearer t0ken-of-the-server"


def test_a_token_server_that_does_not_answer_takes_its_share_of_the_time_and_no_attempt() -> None:
    with token_server() as server, running(answers(200)) as target:
        server.target.script = lambda connection: None
        aws = FakeAws(secrets=STORED)
        outcome = caller(settings(target, server), aws).call(run(auth=PARTNER), 0.3)

    assert (outcome.reason, outcome.called) == ("token-unavailable", False)
    assert str(outcome.message).endswith("gave no token: timeout")
