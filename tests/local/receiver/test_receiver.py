from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from local.receiver.receiver import Receiver

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    started = Receiver(clock=lambda: NOON)
    started.start()
    yield started
    started.stop()


def call(receiver: Receiver, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", receiver.port, timeout=5)
    connection.request(method, path, body or None, headers)
    answer = connection.getresponse()
    found = answer.status, answer.read()
    connection.close()
    return found


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_every_method_is_answered_and_kept(receiver: Receiver, method: str) -> None:
    status, body = call(receiver, method, "/a?b=c", Host="billing.example.com")

    (kept,) = receiver.calls()
    assert (status, kept.method, kept.host, kept.path) == (200, method, "billing.example.com", "/a?b=c")
    assert method == "HEAD" or json.loads(body)["received"] is True


def test_names_of_headers_are_kept_and_their_values_are_not(receiver: Receiver) -> None:
    call(receiver, "POST", "/", b"{}", Host="x.example.com", Authorization="Bearer hush")

    (kept,) = receiver.calls()
    assert "Authorization" in kept.header_names
    assert "hush" not in repr(kept)


def test_its_own_page_shows_the_last_calls_and_obeys_nothing_in_them(receiver: Receiver) -> None:
    call(receiver, "POST", "/pay", b'{"note": "<script>"}', Host="x.example.com", **{"X-Schedule-Name": "close"})

    status, body = call(receiver, "GET", "/")

    page = body.decode()
    assert status == 200
    assert "x.example.com/pay" in page
    assert "close" in page
    assert "&lt;script&gt;" in page
    assert "<script>" not in page
    assert len(receiver.calls()) == 1


def test_a_call_of_another_hosts_root_is_a_call(receiver: Receiver) -> None:
    call(receiver, "GET", "/", Host="status.example.net")

    assert [kept.host for kept in receiver.calls()] == ["status.example.net"]


def test_a_body_that_claims_too_much_is_cut_and_ends_the_connection(receiver: Receiver) -> None:
    with socket.create_connection(("127.0.0.1", receiver.port), 5) as raw:
        raw.sendall(b"POST /big HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n" + b"x" * 1_048_576)
        answer = raw.recv(4096)

    assert b"Connection: close" in answer
    (kept,) = receiver.calls()
    assert (len(kept.body), kept.length) == (16 * 1024, 2_000_000)


def test_it_listens_on_loopback_alone_and_takes_another_port_when_its_own_is_taken(receiver: Receiver) -> None:
    other = Receiver(receiver.port)

    assert other.port != receiver.port
    assert other.url.startswith("http://127.0.0.1:")
    other.stop()
