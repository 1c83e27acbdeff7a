"""Addresses that a call may go to: the public ones, and those of networks that a stack lists.

Public addresses are those outside the special-purpose registries:
https://www.iana.org/assignments/iana-ipv4-special-registry and
https://www.iana.org/assignments/iana-ipv6-special-registry. The metadata services (169.254.169.254, fd00:ec2::254) are
link-local and unique local.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable
    from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

    _Address: TypeAlias = "IPv4Address | IPv6Address"
    _Network: TypeAlias = "IPv4Network | IPv6Network"

_SPECIAL_IPV4 = (
    "0.0.0.0/8",  # this network
    "10.0.0.0/8",
    "100.64.0.0/10",  # carrier-grade NAT
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",  # protocol assignments
    "192.0.2.0/24",  # documentation
    "192.88.99.0/24",  # 6to4 relays
    "192.168.0.0/16",
    "198.18.0.0/15",  # benchmarks
    "198.51.100.0/24",  # documentation
    "203.0.113.0/24",  # documentation
    "224.0.0.0/3",  # multicast, reserved, broadcast
)
_GLOBAL_IPV6 = "2000::/3"
# Only within the global range: the local, multicast and translated ones are outside it.
_SPECIAL_IPV6 = ("2001::/23", "2001:db8::/32", "3fff::/20")


def admits_address(cidrs: tuple[str, ...], address: str) -> bool:
    """Return whether `address` is public or in one of `cidrs`; ValueError if one of these is not a network.

    An address that contains an IPv4 one (mapped, compatible, 6to4, Teredo, 64:ff9b::/96) is judged like that one, and
    listing its own range has no effect; the local range of NAT64 (64:ff9b:1::/48), in which the position of the IPv4
    address is unknown, must be listed.
    """
    from ipaddress import ip_address

    listed = _networks(cidrs)
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return all(_admits(listed, real) for real in _real(parsed))


def _admits(listed: tuple[_Network, ...], address: _Address) -> bool:
    if _is_in(address, listed):
        return True
    if address.version == 6 and not _is_in(address, _networks((_GLOBAL_IPV6,))):
        return False
    return not _is_in(address, _networks(_SPECIAL_IPV4 + _SPECIAL_IPV6))


def _is_in(address: _Address, networks: Iterable[_Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)


def _real(address: _Address) -> tuple[_Address, ...]:
    """Addresses that a packet to `address` may reach: itself, or those that it contains."""
    from ipaddress import IPv4Address

    if address.version == 4:
        return (address,)
    number, low = int(address), int(address) & 0xFFFFFFFF
    if address.teredo is not None:
        return address.teredo
    if number >> 112 == 0x2002:  # 6to4, RFC 3056
        return (IPv4Address((number >> 80) & 0xFFFFFFFF),)
    # RFC 4291 2.5.5.2 and 2.5.5.1 (where :: and ::1 are separate addresses), RFC 6052 2.1
    if number >> 32 in (0xFFFF, 0x64FF9B << 64) or (number >> 32 == 0 and low > 1):
        return (IPv4Address(low),)
    return (address,)


@cache
def _networks(cidrs: tuple[str, ...]) -> tuple[_Network, ...]:
    from ipaddress import ip_network

    return tuple(ip_network(cidr) for cidr in cidrs)
