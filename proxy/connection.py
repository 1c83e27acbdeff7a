"""Connections with a deadline, and with a limit for received bytes.

A socket's timeout restarts with every byte, so it does not limit a call. Here each send and each receive gets the
remaining time of the call.
"""

from __future__ import annotations

import io
import ssl
import time
from http.client import CONTINUE, OK, SWITCHING_PROTOCOLS, HTTPException, HTTPResponse
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from proxy.errors import HandshakeError, TransportError

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from typing import TypeAlias

    from proxy.certificates import TlsIdentity

    # Host and port to a connection.
    Dial: TypeAlias = Callable[[str, int], socket.socket]

CONNECT_SECONDS = 10.0
# Status lines, headers, framing and body of one response, including its interim responses.
MAX_ANSWER_BYTES = 1024 * 1024
_PIECE = 16 * 1024


class Deadline:
    """End of the current call; all connections of a transport share one."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._end = monotonic()

    def set(self, seconds: float) -> None:
        """Start a call of at most `seconds`."""
        self._end = self._monotonic() + seconds

    def left(self) -> float:
        """Return the seconds left; raises TimeoutError without any."""
        if (seconds := self._end - self._monotonic()) <= 0:
            raise TimeoutError("timed out")
        return seconds


class _Reader(io.RawIOBase):
    """Result of `socket.makefile`, with the deadline before every receive, and the limit."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock, self._deadline, self._room = sock, deadline, MAX_ANSWER_BYTES
        self._raw = cast("io.RawIOBase", sock.makefile("rb", buffering=0))

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int | None:
        if self._room <= 0:
            raise HTTPException("the response is too long")
        self._sock.settimeout(self._deadline.left())
        count = self._raw.readinto(buffer)
        self._room -= count or 0
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Stream(io.BufferedReader):
    """Lines that must have an end: http.client treats the end of the connection as the end of the headers."""

    def readline(self, size: int | None = -1, /) -> bytes:
        line = super().readline(size)
        if not line.endswith(b"\n") and (size is None or size < 0 or len(line) < size):
            raise ConnectionResetError("the connection ended within a line")
        return line


class _Source:
    """Part of a socket that HTTPResponse uses."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock, self._deadline = sock, deadline

    def makefile(self, mode: str) -> BinaryIO:
        return cast("BinaryIO", _Stream(_Reader(self._sock, self._deadline)))


class _Response(HTTPResponse):
    """Response that skips every interim status (RFC 9110 15.2); http.client only knows 100."""

    def _read_status(self) -> tuple[str, int, str]:
        version, status, reason = cast("Any", super())._read_status()
        return version, CONTINUE if SWITCHING_PROTOCOLS < status < OK else status, reason


class _Timed(HTTPConnection):
    """urllib3 connection that sends and receives within a given deadline."""

    def __init__(
        self, *args: Any, dial: Dial, deadline: Deadline, identity: TlsIdentity | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._dial, self._deadline, self._identity = dial, deadline, identity

    def connect(self) -> None:
        """Connect, including TLS; raises TransportError for failures before anything was sent."""
        try:
            super().connect()
        except TimeoutError as error:
            raise TransportError("connect-timeout", "the connection to the target timed out") from error
        except ssl.SSLError as error:
            from proxy.certificates import tls_sentence  # only for failures

            raise HandshakeError(*tls_sentence(error, self._identity)) from error
        except OSError as error:
            raise TransportError("connect", "the target closed the connection before anything was sent") from error

    def _new_conn(self) -> socket.socket:
        sock = self._dial(self.host, self.port)
        sock.settimeout(min(CONNECT_SECONDS, self._deadline.left()))
        return sock

    def response_class(  # pyright: ignore[reportIncompatibleVariableOverride]
        self, sock: socket.socket, *args: Any, **kwargs: Any
    ) -> HTTPResponse:
        return _Response(cast("socket.socket", _Source(sock, self._deadline)), *args, **kwargs)

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        sock = cast("socket.socket", self.sock)
        for start in range(0, len(data), _PIECE):
            sock.settimeout(self._deadline.left())
            super().send(data[start : start + _PIECE])


class _TimedTls(_Timed, HTTPSConnection):  # pyright: ignore[reportIncompatibleVariableOverride]
    """Same over TLS."""

    def send(self, data: Any) -> None:
        try:
            super().send(data)
        except (ssl.SSLError, ConnectionResetError):
            self._hear()
            raise

    def _hear(self) -> None:
        """Read what the target said before it closed: raises HandshakeError for a refused certificate.

        With TLS 1.3 it refuses the proxy's when the proxy already sends the call.
        """
        try:
            cast("socket.socket", self.sock).recv(1)
        except ssl.SSLError as error:
            from proxy.certificates import handshake_failure

            if failure := handshake_failure(error, self._identity):
                raise HandshakeError(*failure) from error
        except OSError:
            return


class PlainPool(HTTPConnectionPool):
    """Kept connections to one HTTP endpoint."""

    ConnectionCls = cast("Any", _Timed)


class TlsPool(HTTPSConnectionPool):
    """Kept connections to one HTTPS endpoint."""

    ConnectionCls = cast("Any", _TimedTls)
