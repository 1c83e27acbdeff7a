"""Strict reading of a URL's host, so that the proxy calls the host that was checked.

RFC 3986 without misleading parts: no userinfo, no fragment, no backslash, no host in another notation.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache, lru_cache

from schedule_client.contract.errors import AddressError, UserinfoError
from schedule_client.contract.json_value import shown
from schedule_client.contract.paths import path_mistake
from schedule_client.contract.placeholders import template
from schedule_client.contract.records import frozen

MAX_LENGTH = 2048
DEFAULT_PORTS = {"http": 80, "https": 443}


@frozen
class Address:
    """Parts of a URL: `host` in lower case (IPv6 without brackets), `query` without its "?"."""

    scheme: str
    host: str
    port: int
    path: str
    query: str

    @property
    def netloc(self) -> str:
        """Host and port in the form of a Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    def refusal(self, hosts: Collection[str], http_hosts: Collection[str]) -> str | None:
        """Return why a stack that allows `hosts` (and plain http to `http_hosts`) does not call this, or None.

        A host is written as in a Host header: `api.example.com` allows only the scheme's default port,
        `api.example.com:8443` that port. A host that allows http also allows https.
        """
        if self.scheme == "http" and self.netloc not in http_hosts:
            return f'plain http to "{self.netloc}" is not allowed: write https, or list it in the stack\'s http_hosts'
        if self.netloc not in hosts and self.netloc not in http_hosts:
            return f'the host "{self.netloc}" is not allowed: list it in the stack\'s hosts'
        return None


def parse_url(url: str) -> Address:
    """Return the parts of an absolute http or https URL; AddressError has the mistake in any other text."""
    _check_length(url)
    found = _url().fullmatch(url)
    if found is None:
        raise _mistake(url)
    scheme, host, port = found["scheme"], found["host"].lower().strip("[]"), found["port"]
    _check_host(host)
    if port is not None and not 0 < int(port) < 65536:
        raise AddressError(f'"{port}" is not a port')
    address = Address(
        scheme, host, int(port) if port else DEFAULT_PORTS[scheme], found["path"] or "/", found["query"] or ""
    )
    _check_segments(address.path)
    return address


def join_path(base: Address, path: str) -> Address:
    """Return the address of `path` (which may have a query) below `base`; no path can lead out of the base."""
    check_path(path)
    own, _, query = path.partition("?")
    query = "&".join(filter(None, (base.query, query)))
    return Address(base.scheme, base.host, base.port, base.path.rstrip("/") + own, query)


@lru_cache(maxsize=256)  # an application calls the same few endpoints
def check_path(path: str) -> None:
    """Raise AddressError unless `path` is an absolute path, with or without a query, that stays below its base."""
    _check_length(path)
    if not path.startswith("/"):
        raise AddressError(f'the path "{shown(path.partition("?")[0])}" does not start with "/"')
    if path.startswith("//"):
        raise AddressError('the path starts with "//", which would name another host: write one "/"')
    if _path().fullmatch(path) is None:
        raise AddressError(_character_complaint(path))
    _check_segments(path.partition("?")[0])


def _check_length(text: str) -> None:
    if len(text) > MAX_LENGTH:
        raise AddressError(f"{len(text):,} characters are too long for an address, at most {MAX_LENGTH:,} are allowed")


def _check_segments(path: str) -> None:
    if mistake := path_mistake(path):
        raise AddressError(mistake)


def _check_host(host: str) -> None:
    last = host.rsplit(".", 1)[-1]
    if ":" in host:
        _check_ipv6(host)
    elif last.isdigit() or last.startswith("0x"):
        if _ipv4().fullmatch(host) is None:
            raise AddressError(f'"{host}" is not an IPv4 address in its usual form, four numbers from 0 to 255')
    elif any(not 0 < len(label) < 64 or label[0] == "-" or label[-1] == "-" for label in host.split(".")):
        raise AddressError(f'"{host}" is not a host name')


def _check_ipv6(host: str) -> None:
    from ipaddress import IPv6Address

    try:
        mapped = IPv6Address(host).ipv4_mapped
    except ValueError:
        raise AddressError(f'"{host}" is not an IPv6 address') from None
    if mapped is not None:
        raise AddressError(f'"{host}" is the IPv4 address {mapped} in another form: write that')


def _mistake(url: str) -> AddressError:
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in DEFAULT_PORTS:
        return AddressError("the URL does not start with https://")
    authority = re.split(r"[/?#\\]", rest, maxsplit=1)[0]
    if "@" in authority:
        return UserinfoError("the URL has a user name or password before its host: name a secret in auth instead")
    if re.search(r"\.(?::[0-9]*)?$", authority):
        return AddressError("the URL's host ends with a dot: remove the dot")
    if "#" in url:
        return AddressError('the URL has a fragment ("#…"), which is never sent: remove it')
    return AddressError(_character_complaint(url))


def _character_complaint(text: str) -> str:
    if templated := template(text):
        return f'templates are not supported: "{shown(templated)}" would be sent unchanged'
    if not text.isascii():
        return "a URL is ASCII: percent-encode its path and write the host's xn-- form"
    if "#" in text:
        return 'the path has a fragment ("#…"), which is never sent: remove it'
    odd = re.search(r"%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=%]", text)
    if odd:
        return f'"{shown(odd.group())}" is not allowed in a URL: percent-encode it'
    return "the URL's host or port is malformed"


@cache
def _url() -> re.Pattern[str]:
    pchar = r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})"
    return re.compile(
        r"(?P<scheme>https?)://"
        r"(?P<host>[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?|\[[0-9A-Fa-f:.]{2,45}\])"
        r"(?::(?P<port>[0-9]{1,5}))?"
        rf"(?P<path>/{pchar}*)?(?:\?(?P<query>(?:{pchar}|\?)*))?"
    )


@cache
def _path() -> re.Pattern[str]:
    return re.compile(
        r"/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*(?:\?(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*)?"
    )


@cache
def _ipv4() -> re.Pattern[str]:
    return re.compile(r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?!$)|$)){4}")
