from __future__ import annotations

import gzip
import socket
import ssl
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from proxy.body import MAX_BODY_BYTES
from proxy.destination import Destination
from proxy.errors import TransportError
from proxy.message import Message
from proxy.outcome import of_reply
from proxy.tls import tls_context
from proxy.transport import IDLE_SECONDS, MAX_POOLS, Reply, Transport
from schedule_client.contract.address import parse_url
from tests.proxy.stage import LOOPBACK, FakeClock
from tests.proxy.target import Script, answers, closes_after, drips, resets, running, sends

HERE = Path(__file__).parent
OK = b"HTTP/1.1 200 OK\r\n"


@pytest.fixture(name="transport")
def _transport() -> Iterator[Transport]:
    transport = Transport()
    yield transport
    transport.close()


def send(transport: Transport, url: str, seconds: float = 5.0, body: bytes | None = b"{}") -> Reply:
    address = parse_url(url)
    destination = Destination(address, address.path, address, LOOPBACK)
    return transport.send(Message("POST", {"Host": address.netloc}, body), destination, seconds)


def answered(transport: Transport, script: Script, seconds: float = 5.0) -> Reply:
    with running(script) as target:
        return send(transport, f"http://{target.netloc}/", seconds)


def failure(transport: Transport, script: Script, seconds: float = 5.0) -> str:
    with pytest.raises(TransportError) as raised:
        answered(transport, script, seconds)
    return raised.value.reason


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (resets, "connection-lost"),
        (closes_after(b""), "connection-lost"),
        (closes_after(OK + b"Content-Le"), "connection-lost"),
        (closes_after(OK + b"Content-Length: 0\r\n"), "connection-lost"),
        (closes_after(b"HTTP/1."), "connection-lost"),
        (sends(b"\x16\x03\x01 no http at all\r\n\r\n"), "invalid-response"),
        (sends(b"HTTP/1.1 two-hundred OK\r\n\r\n"), "invalid-response"),
        (sends(b"HTTP/1.1 200 " + b"x" * 70_000), "invalid-response"),
        (sends(OK + b"".join(b"X-%d: 1\r\n" % n for n in range(200)) + b"\r\n"), "invalid-response"),
        (sends(OK + b"X: " + b"x" * 70_000), "invalid-response"),
        (lambda connection: time.sleep(0.6), "timeout"),
        (sends(OK + b"Content-Type: text/plain\r\n"), "timeout"),
        (drips(OK, b"X-Drip: 1\r\n"), "timeout"),
        (drips(b"", b"H"), "timeout"),
        (drips(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), "timeout"),
    ],
)
def test_every_way_to_get_no_answer_has_a_name(transport: Transport, script: Script, reason: str) -> None:
    assert failure(transport, script, 0.5) == reason


def test_a_call_ends_in_time_however_the_answer_drips(transport: Transport) -> None:
    for script in (drips(OK, b"X-Drip: 1\r\n"), drips(b"", b"HTTP/1.1 102 Processing\r\n\r\n")):
        begun = time.monotonic()
        failure(transport, script, 0.4)
        assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    "script",
    [
        drips(OK + b"Content-Length: 1000\r\n\r\n", b"x"),
        drips(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        drips(OK + b"\r\n", b"x"),
        sends(OK + b"Content-Length: 10\r\n\r\nxxx"),
        closes_after(OK + b"Content-Length: 10\r\n\r\nxxx"),
        closes_after(OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nxxx\r\nzz\r\n"),
        sends(OK + b"Content-Length: 9\r\nContent-Encoding: gzip\r\n\r\nnot gzip!"),
    ],
)
def test_a_status_counts_even_when_the_body_never_ends_or_is_broken(transport: Transport, script: Script) -> None:
    reply = answered(transport, script, 0.4)

    assert (reply.status, reply.complete) == (200, False)


def test_interim_answers_are_waited_behind(transport: Transport) -> None:
    interim = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"

    assert answered(transport, sends(interim + b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")).status == 201


def test_a_body_is_read_no_further_than_the_limit(transport: Transport) -> None:
    reply = answered(transport, drips(OK + b"\r\n", b"x" * 1_000_000, 0))

    assert (reply.status, len(reply.body), reply.complete) == (200, MAX_BODY_BYTES, False)


def test_a_body_of_exactly_the_limit_is_complete(transport: Transport) -> None:
    reply = answered(transport, answers(200, b"x" * MAX_BODY_BYTES))

    assert (len(reply.body), reply.complete) == (MAX_BODY_BYTES, True)


def test_a_decompression_bomb_costs_no_more_than_the_limit(transport: Transport) -> None:
    bomb = gzip.compress(bytes(200_000_000))

    tracemalloc.start()
    reply = answered(transport, answers(200, bomb, Content_Encoding="gzip"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (len(reply.body), reply.complete) == (MAX_BODY_BYTES, False)
    assert peak < 20_000_000


def test_a_compressed_body_is_decoded(transport: Transport) -> None:
    body = gzip.compress(b'{"a": 1}')

    assert answered(transport, answers(200, body, Content_Encoding="gzip")).body == b'{"a": 1}'


def test_a_redirect_is_reported_and_not_followed(transport: Transport) -> None:
    with running(answers(307, Location="/again?token=hidden")) as target:
        reply = send(transport, f"http://{target.netloc}/")

        assert (reply.status, len(target.received)) == (307, 1)
        assert of_reply(reply).message == 'the target answered 307 to "/again": redirects are not followed'
        assert "hidden" not in repr(reply)


def test_a_name_without_an_address_is_a_failure_of_its_own(transport: Transport) -> None:
    with pytest.raises(TransportError) as raised:
        send(transport, "http://nobody.invalid/")

    assert raised.value.reason == "dns"


def test_a_port_where_nobody_listens_is_a_failure_of_its_own(transport: Transport) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(TransportError) as raised:
        send(transport, f"http://127.0.0.1:{port}/")

    assert raised.value.reason == "connect"


def test_a_target_that_reads_nothing_cannot_hold_the_call(transport: Transport) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        with pytest.raises(TransportError) as raised:
            send(transport, url, 0.4, bytes(20_000_000))

    assert raised.value.reason == "timeout"


def test_no_error_quotes_the_url(transport: Transport) -> None:
    with pytest.raises(TransportError) as raised:
        send(transport, "http://127.0.0.1:9/hidden?token=hidden")

    assert "hidden" not in str(raised.value)


def test_the_environments_proxy_is_not_used(transport: Transport, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    assert answered(transport, answers(204)).status == 204


def test_a_connection_that_the_target_closed_meanwhile_is_made_anew(transport: Transport) -> None:
    with running(closes_after(OK + b"Content-Length: 0\r\n\r\n")) as target:
        for _ in range(3):
            assert send(transport, f"http://{target.netloc}/").status == 200
            time.sleep(0.05)

        assert target.connections == 3


def test_a_connection_idle_for_long_is_not_trusted() -> None:
    clock = FakeClock(time.monotonic())
    transport = Transport(monotonic=clock)
    with running(answers(200)) as target:
        for _ in range(2):
            send(transport, f"http://{target.netloc}/")
        clock.seconds += IDLE_SECONDS + 1
        send(transport, f"http://{target.netloc}/")
        transport.close()

        assert target.connections == 2


def test_connections_of_many_targets_are_bounded(transport: Transport) -> None:
    with running(answers(200)) as target:
        for last in range(1, MAX_POOLS + 9):
            send(transport, f"http://127.0.0.{last}:{target.port}/") if last == 1 else _refused(transport, last)

        before = target.connections
        assert send(transport, f"http://{target.netloc}/").status == 200
        assert target.connections == before + 1


def _refused(transport: Transport, last: int) -> None:
    with pytest.raises(TransportError):
        send(transport, f"http://127.0.0.1:{last}/")


def _server_side() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(HERE / "loopback.pem")
    return context


def _trusting() -> ssl.SSLContext:
    return tls_context(HERE / "loopback.pem")


def test_a_trusted_certificate_is_accepted() -> None:
    transport = Transport(_trusting)
    with running(answers(200, b"hello"), _server_side()) as target:
        assert send(transport, f"https://{target.netloc}/").body == b"hello"
        transport.close()


def test_an_unknown_certificate_is_refused_before_anything_is_sent(transport: Transport) -> None:
    with running(answers(200), _server_side()) as target:
        with pytest.raises(TransportError) as raised:
            send(transport, f"https://{target.netloc}/")

        assert (raised.value.reason, target.received) == ("tls", [])


def test_a_certificate_for_another_name_is_refused() -> None:
    transport = Transport(_trusting)
    with running(answers(200), _server_side()) as target, pytest.raises(TransportError) as raised:
        send(transport, f"https://localhost:{target.port}/")

    assert raised.value.reason == "tls"


def test_a_deadline_holds_over_tls(transport: Transport) -> None:
    transport = Transport(_trusting)
    with running(drips(OK, b"X-Drip: 1\r\n"), _server_side()) as target, pytest.raises(TransportError) as raised:
        send(transport, f"https://{target.netloc}/", 0.4)

    assert raised.value.reason == "timeout"
