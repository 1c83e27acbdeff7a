"""A `curl …` as the request that it makes. Source: curl(1)."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from schedule_catalog.importing.errors import NotConvertibleError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schedule_catalog.importing.target import Targets

_SHORT = {
    "X": "request", "H": "header", "d": "data", "G": "get", "I": "head", "u": "user", "A": "user-agent", "e": "referer",
    "b": "cookie", "m": "max-time", "o": "output", "L": "location", "s": "silent", "S": "show-error", "f": "fail",
    "v": "verbose", "i": "include", "w": "write-out", "k": "insecure", "F": "form", "T": "upload-file", "x": "proxy",
    "E": "cert", "O": "remote-name", "4": "ipv4", "6": "ipv6", "q": "disable", "N": "no-buffer", "#": "progress-bar",
}  # fmt: skip
_DATA = ("data", "data-raw", "data-ascii", "data-binary", "json")
_WITH_VALUE = frozenset((
    *_DATA, "request", "header", "user", "user-agent", "referer", "cookie", "max-time", "output", "write-out", "form",
    "upload-file", "proxy", "cert", "url", "retry", "retry-delay", "retry-max-time", "connect-timeout",
    "oauth2-bearer", "data-urlencode",
))  # fmt: skip
_WITHOUT_MEANING = frozenset((
    "silent", "show-error", "fail", "fail-with-body", "verbose", "include", "output", "write-out", "remote-name",
    "ipv4", "ipv6", "disable", "no-buffer", "progress-bar", "no-progress-meter", "compressed", "retry-delay",
    "retry-max-time", "retry-connrefused", "retry-all-errors", "connect-timeout", "http1.1", "http2",
))  # fmt: skip
_FORM = "application/x-www-form-urlencoded"


@dataclass(slots=True)
class _Call:
    urls: list[str] = field(default_factory=list[str])
    method: str | None = None
    headers: dict[str, str] = field(default_factory=dict[str, str])
    data: list[str] = field(default_factory=list[str])
    user: str | None = None
    bearer: str | None = None
    as_query: bool = False
    timeout: int | None = None
    attempts: int | None = None
    notes: list[str] = field(default_factory=list[str])


def curl_values(arguments: list[str], given: str | None, targets: Targets) -> tuple[dict[str, Any], list[str]]:
    """Return the keys of the entry that say what `curl` does, and notes; *given* is its standard input.

    Raises NotConvertibleError for options that a request here does not have.
    """
    call = _read(arguments, given)
    if len(call.urls) != 1:
        raise NotConvertibleError(f"curl has {len(call.urls)} URLs, and an entry calls one")
    url = call.urls[0] if "://" in call.urls[0] else f"http://{call.urls[0]}"
    body, query = _body(call)
    url += ("&" if "?" in url else "?") + query if query else ""
    headers, auth, notes = targets.split(call.headers, url)
    if call.user or call.bearer:
        if auth:
            raise NotConvertibleError("it sends two credentials, and an entry has one")
        auth, notes = targets.auth(*(("basic", call.user) if call.user else ("bearer", call.bearer or "")), url)
    request: dict[str, Any] = {
        "method": call.method or ("POST" if call.data and not call.as_query else "GET"),
        **targets.place(url), "headers": headers, "auth": auth, "body": body,
    }  # fmt: skip
    values: dict[str, Any] = {"request": {key: value for key, value in request.items() if value not in (None, {})}}
    if call.timeout:
        values["timeout_seconds"] = call.timeout
    if call.attempts:
        values["retry"] = {"max_attempts": call.attempts}
    return values, [*call.notes, *notes]


def _read(arguments: list[str], given: str | None) -> _Call:
    call = _Call()
    for option, value in _options(arguments):
        _take(call, option, value, given)
    return call


def _options(arguments: list[str]) -> Iterator[tuple[str, str]]:
    """Each option by its long name with its value; a bare argument is a `url`."""
    rest = iter(arguments)
    for argument in rest:
        if argument.startswith("--"):
            yield argument[2:], _next(rest, argument) if argument[2:] in _WITH_VALUE else ""
        elif argument.startswith("-") and len(argument) > 1:
            yield from _short_options(argument, rest)
        else:
            yield "url", argument


def _short_options(argument: str, rest: Iterator[str]) -> Iterator[tuple[str, str]]:
    for index, letter in enumerate(argument[1:], 1):
        option = _SHORT.get(letter, f"-{letter}")
        if option in _WITH_VALUE:
            yield option, argument[index + 1 :] or _next(rest, argument)
            return
        yield option, ""


def _next(rest: Iterator[str], option: str) -> str:
    value = next(rest, None)
    if value is None:
        raise NotConvertibleError(f"curl's option {option} lacks its value")
    return value


def _take(call: _Call, option: str, value: str, given: str | None) -> None:
    match option:
        case "url":
            call.urls.append(value)
        case "request":
            call.method = value.upper()
        case "head":
            call.method = "HEAD"
        case "get":
            call.as_query = True
        case "header":
            _add_header(call, value)
        case "user-agent" | "referer" | "cookie":
            call.headers[option.title()] = value
        case "user":
            call.user = value
        case "oauth2-bearer":
            call.bearer = value
        case "max-time" | "retry":
            number = _number(option, value)
            call.timeout, call.attempts = (
                (number, call.attempts) if option == "max-time" else (call.timeout, number + 1)
            )
        case "location":
            call.notes.append("curl followed redirects; here they are not followed")
        case _ if option in _DATA:
            _add_data(call, option, value, given)
        case _ if option not in _WITHOUT_MEANING:
            raise NotConvertibleError(f'curl\'s option "{option}" has no equal in a request here')
        case _:
            pass


def _number(option: str, value: str) -> int:
    try:
        return math.ceil(float(value))
    except (ValueError, OverflowError):
        raise NotConvertibleError(f"curl's option {option} has no number") from None


def _add_header(call: _Call, text: str) -> None:
    name, colon, value = text.partition(":")
    if not colon or text.startswith("@") or not value.strip():
        raise NotConvertibleError("a header of it is empty, or read from a file: write NAME: VALUE")
    call.headers[name.strip()] = value.strip()


def _add_data(call: _Call, option: str, value: str, given: str | None) -> None:
    if option == "json":
        for name in ("Content-Type", "Accept"):
            call.headers.setdefault(name, "application/json")
    if value.startswith("@") and option != "data-raw":
        if value != "@-" or given is None:
            raise NotConvertibleError("its data comes from a file: write it into the command")
        value = given
        if option in ("data", "data-ascii"):
            value = value.replace("\r", "").replace("\n", "")
    call.data.append(value)


def _body(call: _Call) -> tuple[Any, str]:
    """The body, and what is added to the URL's query."""
    if not call.data:
        return None, ""
    text = "&".join(call.data)
    if call.as_query:
        return None, text
    kind = next((value for name, value in call.headers.items() if name.lower() == "content-type"), None)
    if kind is None:
        call.headers["Content-Type"] = _FORM
        return text, ""
    if "json" not in kind.lower():
        return text, ""
    try:
        body = json.loads(text)
    except ValueError:
        raise NotConvertibleError("its data is sent as JSON and is none") from None
    if body is None:
        raise NotConvertibleError("its data is null, which sends nothing here")
    return body, ""
