"""Calls of `wget …`. Source: wget(1) of GNU Wget 1."""

from __future__ import annotations

from dataclasses import dataclass, field

from schedule_catalog.importing.call import FoundCall
from schedule_catalog.importing.errors import NotConvertibleError
from schedule_catalog.importing.job import Note
from schedule_catalog.importing.options import Grammar, number
from schedule_catalog.importing.script import keeps_nothing

_SHORT = {
    "q": "quiet", "v": "verbose", "d": "debug", "O": "output-document", "T": "timeout", "t": "tries", "U": "user-agent",
    "o": "output-file", "a": "append-output", "b": "background", "S": "server-response", "4": "inet4-only",
    "6": "inet6-only", "w": "wait", "r": "recursive", "P": "directory-prefix", "N": "timestamping", "i": "input-file",
    "e": "execute", "c": "continue", "m": "mirror", "p": "page-requisites", "k": "convert-links", "nv": "no-verbose",
    "nc": "no-clobber", "nd": "no-directories",
}  # fmt: skip
_VALUED = frozenset((
    "output-document", "timeout", "tries", "user-agent", "output-file", "append-output", "wait", "directory-prefix",
    "input-file", "execute", "header", "post-data", "post-file", "method", "body-data", "body-file", "user", "password",
    "http-user", "http-password", "referer", "dns-timeout", "connect-timeout", "read-timeout", "waitretry",
    "max-redirect", "load-cookies", "save-cookies", "ca-certificate", "certificate", "private-key", "bind-address",
    "limit-rate", "restrict-file-names", "secure-protocol", "retry-on-http-error", "level", "progress",
))  # fmt: skip
_WITHOUT_MEANING = frozenset((
    "quiet", "verbose", "no-verbose", "debug", "background", "server-response", "inet4-only", "inet6-only", "no-cache",
    "output-file", "append-output", "no-hsts", "no-config", "progress", "show-progress", "no-http-keep-alive",
    "no-cookies", "no-proxy", "no-dns-cache", "auth-no-challenge", "content-on-error", "retry-connrefused",
    "retry-on-http-error", "no-netrc", "no-clobber", "no-directories", "secure-protocol",
))  # fmt: skip
_TIMEOUTS = ("dns-timeout", "connect-timeout", "read-timeout")
_WGET = Grammar("wget", _SHORT, _VALUED, equals=True)


@dataclass(slots=True)
class _WgetReading:
    call: FoundCall = field(default_factory=FoundCall)
    urls: list[str] = field(default_factory=list[str])
    data: str | None = None
    keeps: bool = True
    user: str = ""
    password: str | None = None


def wget_call(arguments: list[str]) -> FoundCall:
    """Return the call of `wget` with these arguments; NotConvertibleError for options without an equivalent."""
    reading = _WgetReading()
    for option, value in _WGET.options(arguments):
        _take(reading, option, value)
    call = reading.call
    if len(reading.urls) != 1:
        raise NotConvertibleError(f"wget has {len(reading.urls)} URLs, but an entry calls one")
    call.url = reading.urls[0] if "://" in reading.urls[0] or "\0" in reading.urls[0] else f"http://{reading.urls[0]}"
    if reading.password is not None:
        call.user = f"{reading.user}:{reading.password}"
    if reading.data is not None:
        call.send(reading.data)
    if reading.keeps and call.method in (None, "GET"):
        call.notes.append(Note("lost", "wget saved the response to a file with the URL's name; here it is discarded"))
    call.method = call.method or ("POST" if reading.data is not None else "GET")
    return call


def _take(reading: _WgetReading, option: str, value: str) -> None:
    call = reading.call
    match option:
        case "url":
            reading.urls.append(value)
        case "header":
            name, _, content = value.partition(":")
            if content.strip():
                call.headers[name.strip()] = content.strip()
        case "user-agent" | "referer":
            call.headers[option.title()] = value
        case "post-data" | "body-data":
            reading.data = value
            call.method = call.method or ("POST" if option == "post-data" else None)
        case "method":
            call.method = value.upper()
        case "spider":
            call.method, reading.keeps = "HEAD", False
        case "user" | "http-user":
            reading.user = value
        case "password" | "http-password":
            reading.password = value
        case "output-document":
            reading.keeps = False
            if not keeps_nothing(value):
                raise NotConvertibleError("it saves the response to a file, but responses are discarded here")
        case "delete-after":
            reading.keeps = False
        case _:
            _take_limit(call, option, value)


def _take_limit(call: FoundCall, option: str, value: str) -> None:
    match option:
        case "timeout":
            call.timeout = number("wget", option, value) or None
        case "tries":
            tries = int(number("wget", option, value))
            call.attempts = tries or None
            if not tries:
                call.notes.append(Note("changed", "wget retried without end; here the stack's limits apply"))
        case "waitretry" | "wait":
            call.notes.append(Note("changed", f"--{option}: here the delay grows from attempt to attempt"))
        case "max-redirect":
            if number("wget", option, value):
                call.notes.append(Note("changed", "wget followed redirects; here they are not followed"))
        case _ if option in _TIMEOUTS:
            call.notes.append(Note("lost", f"--{option}: the proxy has its own, within timeout_seconds"))
        case _ if option not in _WITHOUT_MEANING:
            raise NotConvertibleError(f'wget\'s option "{option[:24]}" has no equivalent here')
        case _:
            pass
