"""Connections go where the guard found a name to be, and stay there."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from proxy.destination import Destination
from proxy.errors import ProxyError
from proxy.guard import Guard, connect_socket
from proxy.message import Message
from proxy.tls import tls_context
from proxy.transport import Reply, Transport
from schedule_client.contract.address import parse_url
from tests.proxy.stage import LOOPBACK
from tests.proxy.target import answers, closes_after, running

CERTIFICATE = Path(__file__).parent / "shop.pem"


@dataclass
class Names:
    """A resolver that gives one answer after the other, and the last one again and again."""

    answers: list[tuple[str, ...]]
    lookups: list[str] = field(default_factory=list[str])
    connected: list[str] = field(default_factory=list[str])

    def resolve(self, host: str, seconds: float, /) -> tuple[str, ...]:
        self.lookups.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def connect(self, address: str, port: int, seconds: float, /) -> socket.socket:
        self.connected.append(address)
        return connect_socket(address, port, seconds)


@contextmanager
def transporting(names: Names) -> Generator[Transport]:
    transport = Transport(lambda: tls_context(CERTIFICATE), guard=Guard(names.resolve, names.connect))
    yield transport
    transport.close()


def send(transport: Transport, url: str, cidrs: tuple[str, ...] = LOOPBACK) -> Reply:
    address = parse_url(url)
    destination = Destination(address, address.path, address, cidrs)
    return transport.send(Message("POST", {"Host": address.netloc}, b"{}"), destination, 20)


def test_the_checked_address_is_called_by_the_name_in_sni_certificate_and_host() -> None:
    server_names: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    context.sni_callback = lambda sock, name, context: server_names.append(name)
    names = Names([("127.0.0.1",)])
    with running(answers(200, b"hello"), context) as target, transporting(names) as transport:
        url = f"https://shop.example.com:{target.port}/"

        assert send(transport, url).body == b"hello"
        assert (server_names, target.last.headers["host"]) == (["shop.example.com"], f"shop.example.com:{target.port}")
        assert (names.lookups, names.connected) == (["shop.example.com"], ["127.0.0.1"])


def test_a_kept_connection_stays_whatever_the_name_says_meanwhile() -> None:
    names = Names([("127.0.0.1",), ("169.254.169.254",)])
    with running(answers(200)) as target, transporting(names) as transport:
        for _ in range(3):
            send(transport, f"http://shop.example.com:{target.port}/")

        assert (len(names.lookups), names.connected, target.connections) == (1, ["127.0.0.1"], 1)


def test_a_connection_made_anew_is_judged_anew() -> None:
    names = Names([("127.0.0.1",), ("169.254.169.254",)])
    with running(closes_after(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) as target:
        with transporting(names) as transport:
            send(transport, f"http://shop.example.com:{target.port}/")
            time.sleep(0.05)
            with pytest.raises(ProxyError) as raised:
                send(transport, f"http://shop.example.com:{target.port}/")

        assert raised.value.reason == "address-refused"
        assert "169.254.169.254" in raised.value.message
        assert (names.connected, len(target.received)) == (["127.0.0.1"], 1)


def test_a_connection_is_not_shared_with_calls_that_may_not_make_it() -> None:
    names = Names([("127.0.0.1",)])
    with running(answers(200)) as target, transporting(names) as transport:
        url = f"http://shop.example.com:{target.port}/"
        send(transport, url)
        with pytest.raises(ProxyError) as raised:
            send(transport, url, ("10.0.0.0/8",))

        assert (raised.value.reason, len(target.received)) == ("address-refused", 1)


def test_the_next_address_takes_over_from_one_that_refuses() -> None:
    names = Names([("::1", "127.0.0.1")])
    with running(answers(200)) as target, transporting(names) as transport:
        assert send(transport, f"http://shop.example.com:{target.port}/").status == 200

    assert names.connected == ["::1", "127.0.0.1"]
