"""Calls of `curl …`. Source: curl(1)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import quote

from schedule_catalog.importing.call import FoundCall
from schedule_catalog.importing.errors import NotConvertibleError
from schedule_catalog.importing.job import Note
from schedule_catalog.importing.options import Grammar, number
from schedule_catalog.importing.script import keeps_nothing

_SHORT = {
    "X": "request", "H": "header", "d": "data", "G": "get", "I": "head", "u": "user", "A": "user-agent", "e": "referer",
    "b": "cookie", "m": "max-time", "o": "output", "L": "location", "s": "silent", "S": "show-error", "f": "fail",
    "v": "verbose", "i": "include", "w": "write-out", "k": "insecure", "F": "form", "T": "upload-file", "x": "proxy",
    "E": "cert", "O": "remote-name", "4": "ipv4", "6": "ipv6", "q": "disable", "N": "no-buffer", "#": "progress-bar",
    "n": "netrc", "K": "config", "J": "remote-header-name", "c": "cookie-jar", "D": "dump-header", "1": "tlsv1",
    "0": "http1.0", "g": "globoff", "a": "append", "j": "junk-session-cookies", "M": "manual", "C": "continue-at",
    "Q": "quote", "r": "range", "U": "proxy-user", "y": "speed-time", "Y": "speed-limit", "z": "time-cond",
}  # fmt: skip
_DATA = ("data", "data-raw", "data-ascii", "data-binary", "data-urlencode", "json")
_VALUED = frozenset((
    *_DATA, "request", "header", "user", "user-agent", "referer", "cookie", "max-time", "output", "write-out", "form",
    "upload-file", "proxy", "cert", "url", "retry", "retry-delay", "retry-max-time", "connect-timeout",
    "oauth2-bearer", "config", "cookie-jar", "dump-header", "continue-at", "quote", "range", "proxy-user",
    "speed-time", "speed-limit", "time-cond", "key", "cacert", "capath", "ciphers", "resolve", "connect-to",
    "interface", "max-redirs", "limit-rate", "form-string", "aws-sigv4", "netrc-file", "unix-socket", "trace",
    "trace-ascii", "stderr", "pass", "cert-type", "key-type", "noproxy", "output-dir", "keepalive-time", "doh-url",
    "tls-max", "url-query", "max-filesize", "proto", "proto-default", "proto-redir", "dns-servers", "socks5",
    "socks5-hostname", "proxy-header", "variable",
))  # fmt: skip
_WITHOUT_MEANING = frozenset((
    "silent", "show-error", "fail", "fail-with-body", "verbose", "include", "write-out", "ipv4", "ipv6", "disable",
    "no-buffer", "progress-bar", "no-progress-meter", "compressed", "retry-connrefused", "retry-all-errors", "http1.0",
    "http1.1", "http2", "http2-prior-knowledge", "http3", "globoff", "fail-early", "no-keepalive", "tcp-nodelay",
    "keepalive-time", "tlsv1", "tlsv1.0", "tlsv1.1", "tlsv1.2", "tlsv1.3", "stderr", "trace", "trace-ascii",
    "trace-time", "styled-output", "no-styled-output", "path-as-is", "max-redirs", "proto", "no-alpn", "tls-max",
    "no-sessionid",
))  # fmt: skip
_KEEPING = frozenset(("output", "dump-header", "cookie-jar"))
_CURL = Grammar("curl", _SHORT, _VALUED, equals=False)
_PLACEHOLDER = re.compile(r"[\[\]{}]")


@dataclass(slots=True)
class _Reading:
    call: FoundCall = field(default_factory=FoundCall)
    urls: list[str] = field(default_factory=list[str])
    data: list[str] = field(default_factory=list[str])
    as_query: bool = False
    literal: bool = False


def curl_call(arguments: list[str], given: str | None) -> FoundCall:
    """Return the call of `curl` with these arguments; *given* is its standard input.

    Raises NotConvertibleError for options that a request here does not have.
    """
    reading = _Reading()
    for option, value in _CURL.options(arguments):
        _take(reading, option, value, given)
    call = reading.call
    if len(reading.urls) != 1:
        raise NotConvertibleError(f"curl has {len(reading.urls)} URLs, but an entry calls one")
    url = reading.urls[0]
    if not reading.literal and _PLACEHOLDER.search(url):
        raise NotConvertibleError('curl expands brackets and braces to several URLs: add "-g", or write one URL')
    call.url = url if "://" in url or url.startswith("\0") else f"http://{url}"
    _put_data(reading)
    call.method = call.method or ("POST" if reading.data and not reading.as_query else "GET")
    return call


def _take(reading: _Reading, option: str, value: str, given: str | None) -> None:
    call = reading.call
    match option:
        case "url":
            reading.urls.append(value)
        case "request":
            call.method = value.upper()
        case "head":
            call.method = call.method or "HEAD"
        case "get":
            reading.as_query = True
        case "header":
            _add_header(call, value)
        case "user-agent" | "referer" | "cookie":
            _add_named_header(call, option, value)
        case "user":
            call.user = value
        case "oauth2-bearer":
            call.bearer = value
        case "globoff":
            reading.literal = True
        case _ if option in _DATA:
            _add_data(reading, option, value, given)
        case _:
            _take_limit(call, option, value)


def _take_limit(call: FoundCall, option: str, value: str) -> None:
    match option:
        case "max-time":
            call.timeout = number("curl", option, value) or None
        case "retry":
            call.attempts = int(number("curl", option, value)) + 1
        case "retry-max-time":
            call.age = number("curl", option, value) / 60 or None
        case "connect-timeout":
            call.notes.append(Note("lost", "--connect-timeout: the proxy has its own, within timeout_seconds"))
        case "retry-delay":
            call.notes.append(Note("changed", "--retry-delay was fixed; here the delay grows from attempt to attempt"))
        case "location" | "location-trusted":
            call.notes.append(Note("changed", "curl followed redirects; here they are not followed, and fail the call"))
        case "remote-name" | "remote-header-name" | "remote-name-all":
            raise NotConvertibleError("it saves the response to a file, but responses are discarded here")
        case _ if option in _KEEPING:
            if not keeps_nothing(value):
                raise NotConvertibleError("it saves the response to a file, but responses are discarded here")
        case "netrc" | "netrc-file" | "config":
            raise NotConvertibleError("it reads options from a file: name the secret in the entry, as auth")
        case _ if option not in _WITHOUT_MEANING:
            raise NotConvertibleError(f'curl\'s option "{option[:24]}" has no equivalent here')
        case _:
            pass


def _add_named_header(call: FoundCall, option: str, value: str) -> None:
    if option == "cookie" and "=" not in value:
        raise NotConvertibleError("it reads cookies from a file: name the secret in the entry, as auth")
    call.headers[option.title()] = value


def _add_header(call: FoundCall, text: str) -> None:
    name, colon, value = text.partition(":")
    if text.startswith("@") or not (colon or text.endswith(";")):
        raise NotConvertibleError("a header is read from a file, or has no value: write NAME: VALUE")
    if not value.strip():
        call.notes.append(
            Note("changed", f"curl removed or emptied the header {name.strip(' ;')[:40]}; here it is sent")
        )
        return
    call.headers[name.strip()] = value.strip()


def _add_data(reading: _Reading, option: str, value: str, given: str | None) -> None:
    if option == "json":
        for name in ("Content-Type", "Accept"):
            reading.call.headers.setdefault(name, "application/json")
    if option == "data-urlencode":
        reading.data.append(_encoded(value))
        return
    if value.startswith("@") and option != "data-raw":
        if value != "@-" or given is None:
            raise NotConvertibleError("its data is in a file: write it into the command")
        value = given
        if option in ("data", "data-ascii"):
            value = value.replace("\r", "").replace("\n", "")
    if option == "json" and reading.data:
        reading.data[-1] += value
    else:
        reading.data.append(value)


def _encoded(value: str) -> str:
    """Data of `--data-urlencode`: "content", "=content" or "name=content"; other forms read files."""
    name, equals, content = value.partition("=")
    if "@" in name or (not equals and value.startswith("@")):
        raise NotConvertibleError("its data is in a file: write it into the command")
    if "\0" in value:
        raise NotConvertibleError("its data is encoded from a variable: write it into the command")
    return f"{name}={quote(content, safe='')}" if equals and name else quote(content if equals else value, safe="")


def _put_data(reading: _Reading) -> None:
    """Add data to the body, or with `--get` to the query."""
    if not reading.data:
        return
    call, text = reading.call, "&".join(reading.data)
    if reading.as_query:
        call.url += ("&" if "?" in call.url else "?") + text
        return
    call.send(text)
