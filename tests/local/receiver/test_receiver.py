from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from local.receiver.receiver import Receiver
from local.receiver.switches import Switches

if TYPE_CHECKING:
    from schedule_catalog.pages.console.calls import Failure

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

    (kept,) = receiver.received()
    assert (status, kept.method, kept.host, kept.path) == (200, method, "billing.example.com", "/a?b=c")
    assert method == "HEAD" or json.loads(body)["received"] is True


def test_a_request_for_client_credentials_gets_a_token_that_anybody_knows_for_a_stand_in(receiver: Receiver) -> None:
    form = {"Host": "login.example.com", "Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}

    _, answer = call(receiver, "POST", "/token", b"grant_type=client_credentials&scope=a", **form)
    _, other = call(receiver, "POST", "/token", b"grant_type=password", **form)
    _, plain = call(receiver, "POST", "/token", b"grant_type=client_credentials", Host="login.example.com")

    expected = {"access_token": "placeholder-of-login.example.com", "token_type": "Bearer", "expires_in": 300}
    assert json.loads(answer) == expected
    assert json.loads(other)["received"] is json.loads(plain)["received"] is True


def test_names_of_headers_are_kept_and_their_values_are_not(receiver: Receiver) -> None:
    call(receiver, "POST", "/", b"{}", Host="x.example.com", Authorization="Bearer hush")

    (kept,) = receiver.received()
    assert "Authorization" in kept.header_names
    assert "hush" not in repr(kept)


def test_its_own_address_names_the_page_that_shows_the_calls(receiver: Receiver) -> None:
    status, body = call(receiver, "GET", "/")

    assert (status, b"console" in body) == (404, True)
    assert list(receiver.received()) == []


def test_calls_are_numbered_and_the_newest_is_first(receiver: Receiver) -> None:
    for path in ("/a", "/b", "/c"):
        call(receiver, "POST", path, Host="x.example.com")

    assert [(kept.number, kept.path) for kept in receiver.received()] == [(3, "/c"), (2, "/b"), (1, "/a")]
    assert [kept.path for kept in receiver.received(2)] == ["/c"]


@pytest.mark.parametrize("failure", ["503", "400"])
def test_a_host_answers_what_a_person_has_switched_on_and_others_answer_as_ever(
    receiver: Receiver, failure: Failure
) -> None:
    receiver.fail("X.example.com", failure, 2)

    assert call(receiver, "POST", "/", Host="x.example.com")[0] == int(failure)
    assert call(receiver, "POST", "/", Host="y.example.com")[0] == 200
    receiver.recover("x.example.com")
    assert call(receiver, "POST", "/", Host="x.example.com")[0] == 200
    assert [kept.answer for kept in receiver.received()] == ["200", "200", failure]


def test_a_failure_ends_by_itself() -> None:
    moments = [NOON]
    switches = Switches(lambda: moments[0])
    switches.fail("x.example.com", "503", 2)

    moments[0] = NOON + timedelta(minutes=2, seconds=-1)
    assert switches.failure_of("x.example.com") == "503"
    moments[0] = NOON + timedelta(minutes=2)
    assert switches.failure_of("x.example.com") is None
    assert switches.failing() == {}


def test_a_host_that_refuses_closes_the_connection_unanswered(receiver: Receiver) -> None:
    receiver.fail("x.example.com", "refuse", 2)

    with pytest.raises(http.client.RemoteDisconnected):
        call(receiver, "POST", "/", b"{}", Host="x.example.com")


def test_a_host_that_hangs_is_shown_at_once_and_let_go_when_it_recovers(receiver: Receiver) -> None:
    receiver.fail("x.example.com", "hang", 2)
    ended: list[type[Exception]] = []

    def wait() -> None:
        try:
            call(receiver, "POST", "/", b"", Host="x.example.com", **{"X-Schedule-Name": "close"})
        except http.client.RemoteDisconnected as error:
            ended.append(type(error))

    caller = threading.Thread(target=wait)
    caller.start()
    while not receiver.received():
        caller.join(0.01)
    assert caller.is_alive()
    receiver.recover("x.example.com")
    caller.join()

    assert ended == [http.client.RemoteDisconnected]


def test_a_call_of_another_hosts_root_is_a_call(receiver: Receiver) -> None:
    call(receiver, "GET", "/", Host="status.example.net")

    assert [kept.host for kept in receiver.received()] == ["status.example.net"]


def test_a_body_that_claims_too_much_is_cut_and_ends_the_connection(receiver: Receiver) -> None:
    with socket.create_connection(("127.0.0.1", receiver.port), 5) as raw:
        raw.sendall(b"POST /big HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n" + b"x" * 1_048_576)
        answer = raw.recv(4096)

    assert b"Connection: close" in answer
    (kept,) = receiver.received()
    assert (len(kept.body), kept.length) == (16 * 1024, 2_000_000)


def test_it_listens_on_loopback_alone_and_takes_another_port_when_its_own_is_taken(receiver: Receiver) -> None:
    other = Receiver(receiver.port)

    assert other.port != receiver.port
    assert other.url.startswith("http://127.0.0.1:")
    other.stop()
