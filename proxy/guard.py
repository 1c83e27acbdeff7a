"""Guard of connections: a name is looked up once, all its addresses are checked, and one of them is used.

So a name cannot have different addresses at the check and at the connection.
https://owasp.org/www-community/attacks/DNS_Rebinding
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Protocol

from proxy.connection import CONNECT_SECONDS
from proxy.errors import RefusedError, TransportError, UnavailableError
from proxy.lookup import Lookup
from schedule_client.contract.networks import admits_address

if TYPE_CHECKING:
    from proxy.connection import Deadline

# A name may have any number of addresses; more than these do not increase the chance of a connection.
MAX_ADDRESSES = 8


class Resolver(Protocol):
    """Looks up a name."""

    def __call__(self, host: str, seconds: float, /) -> tuple[str, ...]:
        """Return the addresses of `host`, possibly none; TimeoutError after `seconds`."""
        ...


class Connector(Protocol):
    """Opens a TCP connection without a look-up."""

    def __call__(self, address: str, port: int, seconds: float, /) -> socket.socket:
        """Return a connection to `address`; OSError on failure, TimeoutError after `seconds`."""
        ...


def connect_socket(address: str, port: int, seconds: float, /) -> socket.socket:
    """Connect with the system's sockets."""
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
    """Opens connections only to checked addresses."""

    def __init__(self, resolve: Resolver | None = None, connect: Connector = connect_socket) -> None:
        self._resolve, self._connect = resolve or Lookup(), connect

    def open(self, host: str, port: int, cidrs: tuple[str, ...], deadline: Deadline) -> socket.socket:
        """Return a connection to `host`, which is public or in one of the networks `cidrs`, made before `deadline`.

        Raises RefusedError (`address-refused`) and TransportError (`dns`, `dns-timeout`, `connect`,
        `connect-timeout`): in each case nothing was sent.
        """
        addresses = self._addresses(host, deadline)
        if refused := next((address for address in addresses if not _admits(cidrs, address)), None):
            raise RefusedError(
                "address-refused",
                f'the host "{host}" leads to {refused}, which is not public:'
                " list it in the stack's allowed_cidrs to allow it",
            )
        return self._connected(addresses[:MAX_ADDRESSES], port, deadline)

    def _addresses(self, host: str, deadline: Deadline) -> tuple[str, ...]:
        if _is_address(host):
            return (host,)
        try:
            addresses = self._resolve(host, min(CONNECT_SECONDS, deadline.left()))
        except TimeoutError:
            raise TransportError("dns-timeout", "the look-up of the target's name timed out") from None
        if not addresses:
            raise TransportError("dns", "the target's name has no address")
        return addresses

    def _connected(self, addresses: tuple[str, ...], port: int, deadline: Deadline) -> socket.socket:
        """First successful connection; each address gets its share of the remaining time."""
        failure = TransportError("connect", "the target does not accept connections")
        for untried, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
            try:
                return self._connect(address, port, min(CONNECT_SECONDS, deadline.left()) / untried)
            except TimeoutError:
                failure = TransportError("connect-timeout", "the connection to the target timed out")
            except OSError:
                continue
        raise failure


def _is_address(host: str) -> bool:
    """Whether `host` is not a name: an Address only has addresses in their usual notations."""
    return ":" in host or host.replace(".", "").isdigit()


def _admits(cidrs: tuple[str, ...], address: str) -> bool:
    try:
        return admits_address(cidrs, address)
    except ValueError:
        raise UnavailableError("settings", "one of the settings' allowed_cidrs is not a network") from None
