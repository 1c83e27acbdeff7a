"""Where connections go: a name is looked up once, all its addresses are judged, and one of these is connected to.

So a name that is looked up twice cannot answer twice differently. https://owasp.org/www-community/attacks/DNS_Rebinding
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Protocol

from proxy.connection import CONNECT_SECONDS
from proxy.errors import RefusedError, TransportError, UnavailableError
from proxy.lookup import Lookup
from schedule_client.contract import admits_address

if TYPE_CHECKING:
    from proxy.connection import Deadline

# A name may have any number of addresses; more than these do not make it likelier that one answers.
MAX_ADDRESSES = 8


class Resolver(Protocol):
    """Looks a name up."""

    def __call__(self, host: str, seconds: float, /) -> tuple[str, ...]:
        """The addresses of `host`, none when it has none; TimeoutError after `seconds`."""
        ...


class Connector(Protocol):
    """Opens a TCP connection, looking nothing up."""

    def __call__(self, address: str, port: int, seconds: float, /) -> socket.socket:
        """A connection to `address`; OSError when there is none, TimeoutError after `seconds`."""
        ...


def connect_socket(address: str, port: int, seconds: float, /) -> socket.socket:
    """The system's own Connector."""
    sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.settimeout(seconds)
        sock.connect((address, port))
    except OSError:
        sock.close()
        raise
    return sock


class Guard:
    """Opens connections to nothing but judged addresses."""

    def __init__(self, resolve: Resolver | None = None, connect: Connector = connect_socket) -> None:
        self._resolve, self._connect = resolve or Lookup(), connect

    def open(self, host: str, port: int, cidrs: tuple[str, ...], deadline: Deadline) -> socket.socket:
        """A connection to `host`, which is public or in one of the networks `cidrs`, made before `deadline`.

        Raises RefusedError (`address-refused`) and TransportError (`dns`, `dns-timeout`, `connect`,
        `connect-timeout`): in each case the target has seen nothing.
        """
        addresses = self._addresses(host, deadline)
        if refused := next((address for address in addresses if not _admits(cidrs, address)), None):
            raise RefusedError(
                "address-refused",
                f'the host "{host}" leads to {refused}, which is not public:'
                " whoever may be called there is listed in the stack's allowed_cidrs",
            )
        return self._connected(addresses[:MAX_ADDRESSES], port, deadline)

    def _addresses(self, host: str, deadline: Deadline) -> tuple[str, ...]:
        if _is_address(host):
            return (host,)
        try:
            addresses = self._resolve(host, min(CONNECT_SECONDS, deadline.left()))
        except TimeoutError:
            raise TransportError("dns-timeout", "the target's name was not looked up in time") from None
        if not addresses:
            raise TransportError("dns", "the target's name has no address")
        return addresses

    def _connected(self, addresses: tuple[str, ...], port: int, deadline: Deadline) -> socket.socket:
        """The first connection that comes about, each address having its share of the time that is left."""
        failure = TransportError("connect", "the target does not take connections")
        for untried, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
            try:
                return self._connect(address, port, min(CONNECT_SECONDS, deadline.left()) / untried)
            except TimeoutError:
                failure = TransportError("connect-timeout", "the target did not take the connection in time")
            except OSError:
                continue
        raise failure


def _is_address(host: str) -> bool:
    """Whether `host` is no name: an Address has addresses in their usual notations alone."""
    return ":" in host or host.replace(".", "").isdigit()


def _admits(cidrs: tuple[str, ...], address: str) -> bool:
    try:
        return admits_address(cidrs, address)
    except ValueError:
        raise UnavailableError("settings", "one of the settings' allowed_cidrs is not a network") from None
