"""A target that misbehaves: a real server on loopback that answers each connection with a script of bytes."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

Script = Callable[[socket.socket], None]


@dataclass
class Received:
    line: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return self.line.split(" ")[1]


@dataclass
class Target:
    """Reads a request, runs `script` to answer it, and goes on with the connection until somebody closes it."""

    script: Script
    port: int = 0
    connections: int = 0
    received: list[Received] = field(default_factory=list[Received])

    @property
    def netloc(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def last(self) -> Received:
        return self.received[-1]

    def serve(self, connection: socket.socket) -> None:
        with connection:
            self.connections += 1
            while request := _read(connection):
                self.received.append(request)
                self.script(connection)


@contextmanager
def running(script: Script, tls: ssl.SSLContext | None = None) -> Generator[Target]:
    target = Target(script)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        target.port = listener.getsockname()[1]
        thread = threading.Thread(target=_accept, args=(listener, target, tls), daemon=True)
        thread.start()
        yield target
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def _accept(listener: socket.socket, target: Target, tls: ssl.SSLContext | None) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_serve, args=(connection, target, tls), daemon=True).start()


def _serve(connection: socket.socket, target: Target, tls: ssl.SSLContext | None) -> None:
    try:
        target.serve(tls.wrap_socket(connection, server_side=True) if tls else connection)
    except OSError:
        connection.close()


def _read(connection: socket.socket) -> Received | None:
    with connection.makefile("rb", buffering=0) as stream:
        if not (line := stream.readline()):
            return None
        headers: dict[str, str] = {}
        while (header := stream.readline().strip()) != b"":
            name, _, value = header.decode().partition(": ")
            headers[name.lower()] = value
        length = int(headers.get("content-length", "0"))
        body = b""
        while len(body) < length:
            body += stream.read(length - len(body))
    return Received(line.decode().strip(), headers, body)


def answers(status: int, body: bytes = b"", **headers: str) -> Script:
    """A whole answer; `headers` with "_" for "-"."""
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return sends("\r\n".join(lines).encode() + b"\r\n\r\n" + body)


def sends(data: bytes) -> Script:
    """Raw bytes, over a connection that stays open."""
    return lambda connection: connection.sendall(data)


def closes_after(data: bytes) -> Script:
    def script(connection: socket.socket) -> None:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_RDWR)

    return script


def resets(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    connection.close()
    raise ConnectionResetError


def drips(first: bytes, then: bytes, seconds: float = 0.02) -> Script:
    """`first` at once, and `then` again and again."""

    def script(connection: socket.socket) -> None:
        connection.sendall(first)
        while True:
            time.sleep(seconds)
            connection.sendall(then)

    return script
