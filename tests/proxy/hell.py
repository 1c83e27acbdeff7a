"""The target from hell: what each of its answers is, and what becomes of a call that gets it."""

from __future__ import annotations

import gzip
import socket
import zlib
from dataclasses import dataclass
from functools import cache

from tests.proxy.target import Script, answers, closes_after, drips, resets, sends

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
METADATA = "http://169.254.169.254/latest/meta-data/iam/security-credentials/"


@dataclass(frozen=True)
class Torment:
    """An answer, and the verdict and reason that it comes to; `endless` if only the call's deadline ends it."""

    script: Script
    verdict: str
    reason: str | None = None
    retry_after: float | None = None
    endless: bool = False


def delivered(script: Script, endless: bool = False) -> Torment:
    return Torment(script, "delivered", endless=endless)


def lost(script: Script) -> Torment:
    return Torment(script, "retryable", "connection-lost")


def late(script: Script) -> Torment:
    return Torment(script, "retryable", "timeout", endless=True)


def invalid(script: Script) -> Torment:
    return Torment(script, "retryable", "invalid-response")


def status(code: int, verdict: str, retry_after: float | None = None, **headers: str) -> Torment:
    return Torment(answers(code, b"no", **headers), verdict, f"http-{code}", retry_after)


def busy(text: str, seconds: float | None) -> Torment:
    """A 503 with a Retry-After."""
    return status(503, "retryable", seconds, Retry_After=text)


def floods(first: bytes, then: bytes) -> Script:
    """`first`, and `then` without end and as fast as it is read."""
    return drips(first, then * (65_536 // len(then)), 0)


def zipped(coding: str, body: bytes) -> Script:
    return answers(200, body, Content_Encoding=coding)


@cache
def bomb(layers: int) -> bytes:
    """50 MB of nothing, zipped again and again."""
    return gzip.compress(bomb(layers - 1) if layers else bytes(50_000_000), 1)


@cache
def hollow_bomb() -> bytes:
    """Zipped twice: megabytes that unfold to no byte at all."""
    return gzip.compress(gzip.compress(b"") * 500_000, 1)


def bombs(layers: int) -> Script:
    # Made when first asked for, since not every run of the tests does.
    return lambda connection: zipped(", ".join(["gzip"] * layers), bomb(layers))(connection)


def hollow(connection: socket.socket) -> None:
    zipped("gzip, gzip", hollow_bomb())(connection)


TORMENTS: dict[str, Torment] = {
    "resets": lost(resets),
    "closes": lost(closes_after(b"")),
    "closes within the status line": lost(closes_after(b"HTTP/1.")),
    "closes within the headers": lost(closes_after(OK + b"Content-Le")),
    "closes after an interim answer": lost(closes_after(CONTINUE)),
    "hangs": late(sends(b"")),
    "hangs within the status line": late(sends(b"HTTP/1.1 20")),
    "hangs within the headers": late(sends(OK + b"Content-Type: text/plain\r\n")),
    "hangs after an interim answer": late(sends(CONTINUE)),
    "hangs within the body": delivered(sends(OK + b"Content-Length: 10\r\n\r\nxxx"), endless=True),
    "hangs within the body of an error": Torment(
        sends(b"HTTP/1.1 500 No\r\nContent-Length: 9\r\n\r\nx"), "retryable", "http-500", endless=True
    ),
    "hangs within a chunk": delivered(sends(CHUNKED + b"A\r\nxxx"), endless=True),
    "drips the status line": late(drips(b"", b"H")),
    "drips headers": late(drips(OK, b"X-Drip: 1\r\n")),
    "drips a body": delivered(drips(OK + b"Content-Length: 1000\r\n\r\n", b"x"), endless=True),
    "drips chunks": delivered(drips(CHUNKED, b"1\r\nx\r\n"), endless=True),
    "drips a chunk's size": delivered(drips(CHUNKED, b"0"), endless=True),
    "drips trailers": delivered(drips(CHUNKED + b"0\r\n", b"X: y\r\n"), endless=True),
    "answers 1xx slowly forever": late(drips(b"", CONTINUE)),
    "answers 1xx fast forever": invalid(floods(b"", CONTINUE)),
    "answers 102 fast forever": invalid(floods(b"", b"HTTP/1.1 102 Processing\r\nX: y\r\n\r\n")),
    "speaks TLS": invalid(sends(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n")),
    "speaks SSH": invalid(sends(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")),
    "speaks HTTP/0.9": invalid(closes_after(b"<html>hello</html>\r\n")),
    "speaks HTTP/2": invalid(sends(b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\n\r\n")),
    "has no status": invalid(sends(b"HTTP/1.1 two-hundred OK\r\n\r\n")),
    "has a status of 0": invalid(sends(b"HTTP/1.1 000 Nothing\r\n\r\n")),
    "switches protocols": Torment(sends(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n"), "permanent", "http-101"),
    "says nothing of zeros forever": invalid(floods(b"", b"\0")),
    "has a status line without an end": invalid(floods(b"HTTP/1.1 200 ", b"x")),
    "has a header without an end": invalid(floods(OK + b"X: ", b"x")),
    "has headers without an end": invalid(floods(OK, b"X: y\r\n")),
    "has large headers without an end": invalid(floods(OK, b"X: " + b"y" * 60_000 + b"\r\n")),
    "promises more than it sends": delivered(closes_after(OK + b"Content-Length: 1000\r\n\r\nxxx")),
    "promises less than it sends": delivered(sends(OK + b"Content-Length: 2\r\n\r\n" + b"x" * 9_000)),
    "promises a length below zero": delivered(closes_after(OK + b"Content-Length: -5\r\n\r\nxxx")),
    "promises a length that is none": delivered(closes_after(OK + b"Content-Length: ten\r\n\r\nxxx")),
    "promises a length beyond counting": delivered(
        sends(OK + b"Content-Length: " + b"9" * 5_000 + b"\r\n\r\nxxx"), endless=True
    ),
    "promises two lengths": invalid(sends(OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nxxx")),
    "promises a length and chunks": delivered(
        sends(OK + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
    ),
    "has a chunk of garbage": delivered(sends(CHUNKED + b"zz\r\nxxx\r\n")),
    "has a chunk of negative size": delivered(sends(CHUNKED + b"-5\r\nxxx\r\n"), endless=True),
    "has a chunk beyond counting": delivered(sends(CHUNKED + b"F" * 60 + b"\r\nxxx\r\n"), endless=True),
    "has chunks of one byte without an end": delivered(floods(CHUNKED, b"1;" + b"e" * 60_000 + b"\r\nx\r\n")),
    "has a chunk's size without an end": delivered(floods(CHUNKED, b"0")),
    "has trailers without an end": delivered(floods(CHUNKED + b"0\r\n", b"X: y\r\n")),
    "sends a body without an end": delivered(floods(OK + b"\r\n", b"x")),
    "sends 5 GB": delivered(floods(OK + b"Content-Length: 5000000000\r\n\r\n", b"x")),
    "sends a second answer": delivered(sends(OK + b"Content-Length: 0\r\n\r\nHTTP/1.1 500 No\r\n\r\n")),
    "sends a bomb": delivered(bombs(1)),
    "sends a bomb within a bomb": delivered(bombs(2)),
    "sends a bomb within bombs": delivered(bombs(5)),
    "sends a bomb within more bombs than are counted": delivered(bombs(9)),
    "sends a bomb with nothing in it": delivered(hollow),
    "sends a deflated bomb": delivered(lambda connection: zipped("deflate", zlib.compress(bytes(10**8)))(connection)),
    "sends empty gzips without an end": delivered(floods(OK + b"Content-Encoding: gzip\r\n\r\n", gzip.compress(b""))),
    "sends what is not zipped": delivered(zipped("gzip", b"not gzip!")),
    "sends a coding that nobody knows": delivered(zipped("x-hell", b"???")),
    "redirects to metadata": Torment(answers(302, Location=METADATA), "permanent", "redirect"),
    "redirects by 308 to metadata": Torment(answers(308, Location=METADATA), "permanent", "redirect"),
    "redirects to another protocol": Torment(
        answers(307, Location="gopher://127.0.0.1:70/_x"), "permanent", "redirect"
    ),
    "redirects nowhere": Torment(answers(301), "permanent", "redirect"),
    "is gone": status(410, "permanent"),
    "is gone, but says when it is back": status(410, "permanent", Retry_After="1"),
    "asks to stop": status(503, "permanent", Retry_After="1", Webhook_Retry=" No "),
    "asks to stop, oddly": status(503, "retryable", Webhook_Retry="maybe"),
    "has done it and asks to stop": delivered(answers(200, Webhook_Retry="no")),
    "is busy for two minutes": busy("120", 120.0),
    "is busy until a date": busy("Tue, 05 Jan 2027 08:01:12 GMT", 60.0),
    "is busy until a date of RFC 850": busy("Tuesday, 05-Jan-27 08:01:12 GMT", 60.0),
    "is busy until a date in the past": busy("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
    "is busy until the end of time": busy("Fri, 31 Dec 9999 23:59:59 GMT", 86_400.0),
    "is busy until the 99th": busy("Mon, 99 Foo 2027 99:99:99 GMT", None),
    "is busy for a year": busy("31536000", 86_400.0),
    "is busy for an unspeakable time": busy("9" * 5_000, 86_400.0),
    "is busy for no time": busy("000", 0.0),
    "is busy for less than no time": busy("-1", None),
    "is busy for 1e9 seconds": busy("1e9", None),
    "is busy for a while": busy("soon", None),
    "is busy, and says nothing": busy("", None),
    "is busy in other digits": busy("\u0661\u0662".encode().decode("latin-1"), None),
    "has had too many calls": status(429, "retryable", 7.0, Retry_After="7"),
}
