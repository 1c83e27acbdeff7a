"""Headers that a request may set, and their values: RFC 9110 5.1, 5.5 and the headers of the proxy."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from schedule_client.contract.json_value import shown

MAX_VALUE_LENGTH = 8192
FORM_TYPE = "application/x-www-form-urlencoded"
_CONNECTION = "belongs to one connection (RFC 9110 7.6.1), and the proxy sets its own: remove it"
_FRAMING = "follows from the body, which the proxy writes: remove it"
_IDENTITY = "carries the run key, which the proxy sets: read it there, or send your own ID with another name"
_SCHEDULE = "is set by the proxy on every call: remove it"
_TRACE = "is set by the proxy for each attempt: remove it"

RESERVED: dict[str, str] = {
    "host": 'follows from the target: write the host in "url" or in the service\'s base URL',
    "connection": _CONNECTION,
    "keep-alive": _CONNECTION,
    "proxy-connection": _CONNECTION,
    "proxy-authenticate": _CONNECTION,
    "proxy-authorization": _CONNECTION,
    "proxy": "would become HTTP_PROXY in a CGI program (https://httpoxy.org): remove it",
    "te": _CONNECTION,
    "trailer": _CONNECTION,
    "upgrade": _CONNECTION,
    "http2-settings": _CONNECTION,
    "transfer-encoding": _FRAMING,
    "content-length": _FRAMING,
    "content-encoding": "would be wrong, as the body is sent uncompressed: remove it",
    "expect": "would make the target wait for something that the proxy does not do: remove it",
    "idempotency-key": _IDENTITY,
    "x-schedule-name": _SCHEDULE,
    "x-scheduled-time": _SCHEDULE,
    "x-schedule-origin": _SCHEDULE,
    "x-schedule-origin-signature": _SCHEDULE,
    "traceparent": _TRACE,
    "tracestate": _TRACE,
}
SIGNATURE = frozenset(("authorization", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token"))
"""Headers of AWS's signature, which a signed call gets from the proxy."""
_WEBHOOK = "is a header of Standard Webhooks, which the proxy sets when it signs: remove it"


@lru_cache(maxsize=1024)  # the same few names, call after call
def folded(name: str) -> str:
    """Return the header `name` in the form by which both strict and lax servers distinguish it from others.

    Names have no case, and CGI, WSGI, PHP and some gateways treat `X_Name` and `X.Name` like `X-Name`.
    """
    return _other().sub("-", name.lower())


def reserved(name: str) -> str | None:
    """Return why the header `name` is reserved, and the alternative, or None."""
    known = folded(name)
    return _WEBHOOK if known.startswith("webhook-") else RESERVED.get(known)


def name_mistake(name: str) -> str | None:
    """Return why `name` is not a header's name (a token of RFC 9110 5.6.2), or None; reserved names are not checked."""
    if _token().fullmatch(name):
        return None
    return f'"{shown(name)}" is not a header name: letters, digits and !#$%&\'*+-.^_`|~ are (RFC 9110 5.6.2)'


def value_mistake(value: str) -> str | None:
    """Return the mistake in `value` as a header's value, without quoting it, or None."""
    if len(value) > MAX_VALUE_LENGTH:
        return f"a header value has at most {MAX_VALUE_LENGTH:,} characters"
    if _value().fullmatch(value):
        return None
    if "\r" in value or "\n" in value or "\0" in value:
        return "a header value is one line, without CR, LF and NUL"
    if not value.isascii():
        return "a header value is ASCII: percent-encode it, or send it in the body"
    if value != value.strip():
        return "a header value has no space at its start or end"
    return "a header value has no control characters"


def header_mistake(name: str, value: str = "") -> str | None:
    """Return why a request must not set the header `name` to `value`, or None; never quotes the value."""
    if mistake := name_mistake(name):
        return mistake
    if reason := reserved(name):
        return f'the header "{name}" {reason}'
    return f'header "{name}": {mistake}' if (mistake := value_mistake(value)) else None


@cache
def _other() -> re.Pattern[str]:
    return re.compile("[^0-9a-z]")


@cache
def _token() -> re.Pattern[str]:
    return re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


@cache
def _value() -> re.Pattern[str]:
    return re.compile(r"(?:[!-~](?:[\t -~]*[!-~])?)?")


def media_type(content_type: str) -> str:
    """Return the media type of a Content-Type header, in lower case and without its parameters."""
    return content_type.partition(";")[0].strip().lower()


def is_json_type(content_type: str) -> bool:
    """Return whether a media type is JSON: its subtype is `json`, or ends in `+json` (RFC 6839 3.1)."""
    subtype = media_type(content_type).rpartition("/")[2]
    return subtype in ("json", "x-json") or subtype.endswith("+json")
