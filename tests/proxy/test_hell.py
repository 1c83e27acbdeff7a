"""A target from hell has a named outcome for whatever it does, in time."""

from __future__ import annotations

import socket
import ssl
import time
import tracemalloc
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from proxy.body import MAX_BODY_BYTES
from proxy.tls import tls_context
from proxy.transport import Transport
from schedule_client.contract.proxy_settings import ProxySettings
from tests.proxy.caller import caller, run
from tests.proxy.hell import METADATA, OK, TORMENTS, Torment, bomb, bombs, hollow_bomb
from tests.proxy.stage import NOW, FakeAws
from tests.proxy.target import Script, answers, drips, resets, running, sends

if TYPE_CHECKING:
    from proxy.outcome import Outcome

HERE = Path(__file__).parent
# For a target that only the deadline stops, and for one that has to stop of itself, or be stopped by its bytes.
SHORT, LONG = 0.15, 60.0
# What an endless torment gets whose target has to answer first, on a machine that may be busy; a handshake takes more.
ANSWERED, SECURED = 0.6, 2.0
# Generous, for what must not happen is that a call goes on for as long as the target likes.
HANG_SECONDS = 20.0


@pytest.fixture(name="bombs_are_ready", scope="module", autouse=True)
def _bombs_are_ready() -> None:
    bomb(9)
    hollow_bomb()


def trust(*names: str) -> Callable[[], ssl.SSLContext]:
    def context() -> ssl.SSLContext:
        trusting = tls_context()
        for name in names:
            trusting.load_verify_locations(HERE / name)
        return trusting

    return context


@contextmanager
def calls(base: str, ssl_context: Callable[[], ssl.SSLContext] = tls_context) -> Generator[Callable[[float], Outcome]]:
    """Makes calls to `base`, and gives what becomes of each."""
    transport = Transport(ssl_context, now=lambda: NOW)
    netloc = base.partition("://")[2]
    settings = ProxySettings(services={"billing": base}, http_hosts=(netloc,))
    ours = caller(settings, FakeAws(), transport=transport)

    def call(seconds: float) -> Outcome:
        begun = time.monotonic()
        outcome = ours.call(run(body={"a": 1}), seconds)
        assert time.monotonic() - begun < HANG_SECONDS
        return outcome

    yield call
    transport.close()


def seconds(torment: Torment, endless: float) -> float:
    return endless if torment.endless else LONG


@pytest.mark.parametrize("name", TORMENTS)
def test_each_torment_has_its_outcome_in_time(name: str) -> None:
    torment = TORMENTS[name]

    with running(torment.script) as target, calls(f"http://{target.netloc}") as call:
        outcome = call(seconds(torment, ANSWERED))

    assert (outcome.verdict, outcome.reason) == (torment.verdict, torment.reason)
    assert outcome.retry_after_seconds == torment.retry_after
    assert len(target.received) == 1
    assert outcome.reply is None or len(outcome.reply.body) <= MAX_BODY_BYTES


@pytest.mark.parametrize("name", TORMENTS)
def test_no_torment_spoils_the_next_call(name: str) -> None:
    torment = TORMENTS[name]

    with running(torment.script) as target, calls(f"http://{target.netloc}") as call:
        call(seconds(torment, SHORT))
        target.script = answers(200, b"sane")
        outcome = call(LONG)

    assert outcome.reply is not None
    assert (outcome.verdict, outcome.reply.body) == ("delivered", b"sane")


def test_a_redirect_to_itself_is_followed_no_more_than_any_other() -> None:
    def script(connection: socket.socket) -> None:
        answers(302, Location=f"http://{target.netloc}{target.last.path}")(connection)

    with running(script) as target, calls(f"http://{target.netloc}") as call:
        outcome = call(LONG)

        assert (outcome.verdict, outcome.reason, len(target.received)) == ("permanent", "redirect", 1)


def test_a_redirect_is_told_without_its_query() -> None:
    script = answers(302, Location=f"{METADATA}?token=hidden")
    with running(script) as target, calls(f"http://{target.netloc}") as call:
        outcome = call(LONG)

    assert METADATA in (outcome.message or "")
    assert "hidden" not in (outcome.message or "")


@pytest.mark.parametrize("layers", [1, 2, 5])
def test_a_bomb_takes_little_memory(layers: int) -> None:
    script = bombs(layers)
    with running(script) as target, calls(f"http://{target.netloc}") as call:
        target.script = answers(200)
        call(LONG)
        target.script = script
        tracemalloc.start()
        call(LONG)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert peak < 3_000_000


def test_a_port_at_which_nobody_listens_is_retried() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with calls(f"http://127.0.0.1:{port}") as call:
        outcome = call(LONG)

    assert (outcome.verdict, outcome.reason) == ("retryable", "connect")


@contextmanager
def deaf(backlog: int = 8) -> Generator[int]:
    """The port of a listener that never takes a connection from its queue."""
    with socket.create_server(("127.0.0.1", 0), backlog=backlog) as server:
        yield server.getsockname()[1]


def test_a_connection_that_nobody_takes_ends_in_time() -> None:
    with deaf(0) as port, ExitStack() as stack, calls(f"http://127.0.0.1:{port}") as call:
        for _ in range(3):  # the queue is full
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(("127.0.0.1", port))
        outcome = call(SHORT)

    assert (outcome.verdict, outcome.reason) == ("retryable", "connect-timeout")


@pytest.mark.parametrize(
    ("certificate", "trusted", "host", "why"),
    [
        ("loopback.pem", (), "127.0.0.1", "(self-signed certificate): use a certificate of a public CA"),
        ("loopback.pem", ("loopback.pem",), "localhost", "call the target by a name in its certificate"),
        ("expired.pem", ("expired.pem",), "127.0.0.1", "(certificate has expired): renew it"),
        (
            "lax.pem",
            ("lax-ca.pem",),
            "127.0.0.1",
            "(Missing Authority Key Identifier): reissue it, or its CA's certificate",
        ),
    ],
)
def test_a_bad_certificate_is_named_and_nothing_is_sent(
    certificate: str, trusted: tuple[str, ...], host: str, why: str
) -> None:
    with running(answers(200), _server(certificate)) as target:
        with calls(f"https://{host}:{target.port}", trust(*trusted)) as call:
            outcome = call(LONG)

        assert (outcome.verdict, outcome.reason, target.received) == ("retryable", "tls", [])
        assert why in (outcome.message or "")


# A socket whose handshake ran out of time is closed by Python when it collects it.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_tls_handshake_that_hangs_ends_in_time() -> None:
    with deaf() as port, calls(f"https://127.0.0.1:{port}") as call:
        outcome = call(SHORT)

    assert (outcome.verdict, outcome.reason) == ("retryable", "connect-timeout")


@contextmanager
def shouting(script: Script) -> Generator[int]:
    """The port of a server that answers before anything is said."""
    with running(script) as target:

        def serve(connection: socket.socket) -> None:
            with connection:
                script(connection)
                while connection.recv(1024):
                    pass

        target.serve = serve
        yield target.port


# Python forgets to close the socket of a handshake that a reset came before (ssl.SSLSocket._create).
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    ("script", "reason", "limit"),
    [
        (sends(OK), "tls", LONG),
        (drips(b"\x16\x03\x03\x00\xff", b"\x02"), "connect-timeout", SHORT),
        (resets, "connect", LONG),
    ],
)
def test_a_server_that_speaks_no_tls_is_retried_in_time(script: Script, reason: str, limit: float) -> None:
    with shouting(script) as port, calls(f"https://127.0.0.1:{port}") as call:
        outcome = call(limit)

    assert (outcome.verdict, outcome.reason) == ("retryable", reason)


@pytest.mark.parametrize("name", ["hangs", "drips headers", "hangs within the body", "sends 5 GB", "resets"])
def test_a_torment_over_tls_is_the_same(name: str) -> None:
    torment = TORMENTS[name]
    with running(torment.script, _server("loopback.pem")) as target:
        with calls(f"https://{target.netloc}", trust("loopback.pem")) as call:
            outcome = call(seconds(torment, SECURED))

        assert (outcome.verdict, outcome.reason) == (torment.verdict, torment.reason)


def test_what_a_target_says_unasked_is_no_answer_to_the_next_call() -> None:
    twice = OK + b"Content-Length: 0\r\n\r\n" + OK + b"Content-Length: 4\r\n\r\nevil"
    with running(lambda connection: connection.sendall(twice)) as target, calls(f"http://{target.netloc}") as call:
        call(LONG)
        time.sleep(0.05)
        target.script = answers(200, b"sane")
        outcome = call(LONG)

    assert outcome.reply is not None
    assert outcome.reply.body == b"sane"


def _server(certificate: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(HERE / certificate)
    return context
