"""What the guard of a server on loopback lets pass, in every spelling that a client can send."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from schedule_client.loopback import GuardedApp, LoopbackGuard, checked_host

PORT = 8123
OWN = ("host", f"127.0.0.1:{PORT}")
GUARD = LoopbackGuard(frozenset(["host.docker.internal"]))


def status(*headers: tuple[str, str], target: str = "/", port: int | None = PORT) -> int | None:
    """The status of a refusal; None for what passes."""
    refusal = GUARD.refusal(target, headers, port)
    return refusal.status if refusal else None


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:8123",
        "localhost:8123",
        "LOCALHOST:8123",
        "[::1]:8123",
        "host.docker.internal:8123",
        "host.docker.internal:9000",
        "Host.Docker.Internal",
    ],
)
def test_its_own_names_are_answered_and_those_that_were_allowed(host: str) -> None:
    assert status(("Host", host)) is None


@pytest.mark.parametrize(
    "host",
    [
        "",
        "127.0.0.1",
        "127.0.0.1:8124",
        "127.0.0.1:",
        "127.0.0.1:8123:8123",
        "127.0.0.1.:8123",
        "127.1:8123",
        "2130706433:8123",
        "0.0.0.0:8123",
        "localhost.:8123",
        "localhost.evil.test:8123",
        "127.0.0.1.nip.io:8123",
        "evil.test:8123",
        "user@127.0.0.1:8123",
        "127.0.0.1:8123, evil.test",
        "evil.test, 127.0.0.1:8123",
        "evil.host.docker.internal:8123",
        "[::]:8123",
        "[::1]8123",
        "[::ffff:127.0.0.1]:8123",
        "\uff11\uff12\uff17.0.0.1:8123",
    ],
)
def test_any_other_host_is_misdirected(host: str) -> None:
    assert status(("Host", host)) == 421


def test_without_a_port_a_host_means_port_80() -> None:
    assert status(("Host", "localhost"), port=80) is None
    assert status(("Host", "localhost:80"), port=80) is None
    assert status(("Host", "localhost:8123"), port=80) == 421


def test_a_server_that_does_not_know_its_port_answers_to_what_was_allowed_only() -> None:
    assert status(OWN, port=None) == 421
    assert status(("Host", "host.docker.internal"), port=None) is None


def test_no_host_and_two_hosts_are_refused_also_where_both_are_the_same() -> None:
    assert status() == 400
    assert status(OWN, OWN) == 400
    assert status(OWN, ("Host", "evil.test")) == 400


@pytest.mark.parametrize("target", ["http://127.0.0.1:8123/", "http://evil.test/", "evil.test:443", "*", ""])
def test_a_target_is_a_path(target: str) -> None:
    assert status(OWN, target=target) == 400


@pytest.mark.parametrize("origin", ["http://127.0.0.1:8123", "https://127.0.0.1:8123", "HTTP://127.0.0.1:8123"])
def test_its_own_origin_is_answered(origin: str) -> None:
    assert status(OWN, ("Origin", origin), ("Sec-Fetch-Site", "same-origin")) is None


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "null",
        "http://127.0.0.1",
        "http://127.0.0.1:8124",
        "http://localhost:8123",
        "http://evil.test",
        "http://127.0.0.1:8123.evil.test",
        "http://evil.test/http://127.0.0.1:8123",
        "http://127.0.0.1:8123 http://evil.test",
        "file://",
        "chrome-extension://127.0.0.1:8123",
        "127.0.0.1:8123",
    ],
)
def test_any_other_origin_is_refused(origin: str) -> None:
    assert status(OWN, ("Origin", origin)) == 403


def test_one_foreign_origin_among_several_is_refused() -> None:
    assert status(OWN, ("Origin", "http://127.0.0.1:8123"), ("Origin", "null")) == 403


@pytest.mark.parametrize(("site", "expected"), [("same-origin", None), ("none", None), ("Same-Origin", None)])
def test_a_page_of_its_own_and_a_typed_address_are_answered(site: str, expected: None) -> None:
    assert status(OWN, ("Sec-Fetch-Site", site)) is expected


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", "same-origin, cross-site", "anything"])
def test_any_other_site_is_refused(site: str) -> None:
    assert status(OWN, ("Sec-Fetch-Site", site)) == 403


def test_a_preflight_is_refused_and_a_programs_own_options_are_not() -> None:
    assert status(OWN, ("Access-Control-Request-Method", "PUT")) == 403
    assert status(OWN) is None


def test_a_host_beyond_its_names_is_answered_where_its_owner_says_so() -> None:
    guard = LoopbackGuard(also=lambda host: host == "api.127.0.0.1:1")

    assert guard.refusal("/", [("HOST", "API.127.0.0.1:1")], PORT) is None
    assert guard.refusal("/", [("HOST", "api.127.0.0.1:2")], PORT) is not None


@pytest.mark.parametrize("text", ["host.docker.internal", " My-Machine ", "10.0.0.1", "[::2]", "a_b"])
def test_a_hosts_name_is_taken_in_lower_case(text: str) -> None:
    assert checked_host(text) == text.strip().lower()


@pytest.mark.parametrize("text", ["", "*", "http://a", "a:80", "a/b", "a b", ".a", "a.", "a,b", "*.example.com"])
def test_what_is_not_a_hosts_name_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a host"):
        checked_host(text)


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """An app that lets every origin in, as the emulator does."""
    headers = [(b"Access-Control-Allow-Origin", b"*"), (b"access-control-max-age", b"9"), (b"x-own", b"1")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": scope["path"].encode()})


def sent(scope: dict[str, Any], *headers: tuple[bytes, bytes]) -> list[dict[str, Any]]:
    """What the guarded app answers."""
    messages: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": f"{scope['type']}.connect"}

    async def send(message: Any) -> None:
        messages.append(message)

    given = {"path": "/a", "server": ("127.0.0.1", PORT), "headers": list(headers), **scope}
    asyncio.run(GuardedApp(echo, GUARD)(given, receive, send))
    return messages


def test_an_answer_shares_nothing_with_other_origins() -> None:
    start, body = sent({"type": "http"}, (b"host", b"127.0.0.1:8123"))

    assert (start["status"], start["headers"], body["body"]) == (200, [(b"x-own", b"1")], b"/a")


def test_a_refused_request_never_reaches_the_app() -> None:
    start, body = sent({"type": "http"}, (b"host", b"evil.test"))

    assert start["status"] == 421
    assert b"use its own address" in body["body"]
    assert b"evil.test" not in body["body"]


def test_a_refused_connection_is_closed_before_it_is_open() -> None:
    assert sent({"type": "websocket"}, (b"host", b"evil.test")) == [{"type": "websocket.close", "code": 1008}]
