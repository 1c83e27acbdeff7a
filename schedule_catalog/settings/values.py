"""Readers of the values of settings: URLs, hosts, networks, accounts and times."""

from __future__ import annotations

import re
from datetime import date, datetime
from ipaddress import ip_network
from typing import TYPE_CHECKING

from schedule_catalog.settings.reading import ConfigValue, Example, Reader
from schedule_catalog.wording import quoted
from schedule_client.contract.address import Address, parse_url
from schedule_client.contract.errors import AddressError, TimeTextError
from schedule_client.contract.times import read_instant, read_time

if TYPE_CHECKING:
    from collections.abc import Callable

_LOOPBACK = ("127.0.0.1", "localhost")


def url(example: str, accepted: Callable[[Address], str]) -> Reader[str]:
    """Return a reader of URLs that *accepted* normalises, or refuses with an AddressError."""

    def read(node: ConfigValue) -> str | None:
        try:
            return accepted(_address(node.value))
        except AddressError as error:
            node.refuse(str(error), reader.example)
            return None

    reader = Reader(read, Example(example))
    return reader


def base_url(address: Address) -> str:
    """Return an address as the base URL of a service."""
    if address.query:
        raise AddressError("a base URL has no query")
    return f"{address.scheme}://{address.netloc}{address.path.rstrip('/')}"


def token_url(address: Address) -> str:
    """Return an address as the URL of a token server."""
    query = f"?{address.query}" if address.query else ""
    return f"{address.scheme}://{address.netloc}{address.path}{query}"


def loopback_url(address: Address) -> str:
    """Return an address as a URL of loopback."""
    if address.scheme != "http" or address.host not in _LOOPBACK or address.path != "/" or address.query:
        raise AddressError(
            f'"{address.scheme}://{address.netloc}{address.path.rstrip("/")}" is not an http URL of loopback'
        )
    return f"http://{address.netloc}"


def host_name() -> Reader[str]:
    """Return a reader of hosts as in a Host header, with an optional port."""

    def read(node: ConfigValue) -> str | None:
        try:
            allowed = [_address(f"{scheme}://{node.value}").netloc for scheme in ("https", "http")]
        except AddressError:
            allowed = []
        if node.value in allowed:
            return str(node.value)
        node.refuse(f"{quoted(node.value)} is not a host: use lower case, with at most a port", reader.example)
        return None

    reader = Reader(read, Example("hooks.example.com"))
    return reader


def network() -> Reader[str]:
    """Return a reader of networks in CIDR notation, except the network of all addresses."""

    def read(node: ConfigValue) -> str | None:
        try:
            found = ip_network(str(node.value))
        except ValueError:
            node.refuse(
                f"{quoted(node.value)} is not a network: write its first address, a slash and a length", reader.example
            )
            return None
        if found.prefixlen:
            return str(found)
        node.refuse(f"{quoted(node.value)} contains every address, so it protects nothing", reader.example)
        return None

    reader = Reader(read, Example("10.20.0.0/16"))
    return reader


def _address(value: object) -> Address:
    if not isinstance(value, str):
        raise AddressError(f"{quoted(value)} is not a URL")
    return parse_url(value)


def account() -> Reader[str]:
    """Return a reader of accounts: text, or a number in YAML and Pulumi; one with leading zeros is text."""

    def read(node: ConfigValue) -> str | None:
        digits = str(node.value)
        if re.fullmatch(r"\d{12}", digits, re.ASCII):
            return digits
        node.refuse(f"{quoted(node.value)} is not an AWS account: write twelve digits", reader.example)
        return None

    reader = Reader(read, Example("123456789012"))
    return reader


def day() -> Reader[date]:
    """Return a reader of days in ISO 8601."""

    def read(node: ConfigValue) -> date | None:
        try:
            found = read_time(str(node.value))
        except TimeTextError:
            found = None
        if found is None or len(str(node.value)) > len("yyyy-mm-dd"):
            node.refuse(f"{quoted(node.value)} is not a day", reader.example)
            return None
        return found.date()

    reader = Reader(read, Example("2027-02-01"))
    return reader


def instant() -> Reader[datetime]:
    """Return a reader of instants with an offset from UTC, in ISO 8601."""

    def read(node: ConfigValue) -> datetime | None:
        try:
            return read_instant(str(node.value))
        except TimeTextError:
            node.refuse(f"{quoted(node.value)} is not an instant with its offset from UTC", reader.example)
            return None

    reader = Reader(read, Example("2027-01-05T09:00:00Z"))
    return reader
