"""Members of a request, checked as the JSON Schema checks a catalog's: by kind, form and size."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from schedule_client.contract.event import is_link
from schedule_client.contract.finding import Finding
from schedule_client.contract.records import member_names
from schedule_client.contract.request import (
    AUTH_TYPES,
    CLIENT_PATTERN,
    CLIENT_TYPES,
    DEPTH_MAX,
    LIMITS,
    METHODS,
    OVERLAPS,
    SECRET_PATTERN,
    Auth,
    Request,
    Retry,
)

_BODY_DEPTH_MAX = DEPTH_MAX - 1  # a body is one level below its event
# Exact types come before `isinstance` below: asking an abstract class costs more than the rest of a check.
PLAIN_SCALARS = frozenset((str, int, float, bool, type(None)))
_SCALAR = (str, int, float, type(None))
_TEXTS = ("url", "service", "path", "owner", "runbook", "text")
_MAPPINGS = ("headers", "params", "labels", "form")
_RECORDS = (("auth", Auth), ("retry", Retry))
_NUMBERS = ("timeout_seconds", "flexible_window_minutes")
_CHOICES: tuple[tuple[str, Sequence[object]], ...] = (
    ("method", METHODS),
    ("overlap", OVERLAPS),
    ("metrics", ("per-schedule", None)),
)


def members_of(record: Request | Auth | Retry) -> dict[str, object]:
    """Return the members of a record of the contract by name, without those that are None."""
    return {name: value for name in member_names(type(record)) if (value := getattr(record, name)) is not None}


def kind_findings(request: object) -> Iterator[Finding]:
    """Members of another kind than the checks read; callers need not be typed."""
    if not isinstance(request, Request):
        yield Finding((), "request", f"{type(request).__name__} is not a Request: write Request(service=…, path=…)")
        return
    for name in _TEXTS:
        if not _is_text(text := getattr(request, name)):
            yield _text_finding((name,), text)
    for name in _MAPPINGS:
        if type(given := getattr(request, name)) is dict or isinstance(given, Mapping):
            if given:
                yield from _mapping_findings(name, cast("Mapping[object, object]", given))
        elif name != "form" or given is not None:
            yield Finding((name,), name, f"{_shown(given)} is not a mapping: write {{}} for none")
    for name, kind in _RECORDS:
        if (given := getattr(request, name)) is not None and not isinstance(given, kind):
            yield Finding((name,), name, f"{_shown(given)} is not {kind.__name__}(…)")
    yield from body_findings(request.body)


def form_findings(request: Request) -> Iterator[Finding]:
    """Findings that a catalog's JSON Schema would report, for a request whose members have the right kinds."""
    if (request.url is None) == (request.service is None) or (request.service is None) != (request.path is None):
        yield Finding((), "target", "give either url, or service and path together")
    for name, allowed in _CHOICES:
        if not _is_one_of(value := getattr(request, name), allowed):
            yield _choice_finding((name,), value, allowed)
    if request.runbook is not None and not is_link(request.runbook):
        yield Finding(("runbook",), "runbook", "a runbook is a link that starts with https://")
    yield from _number_findings(request)
    if request.auth is not None:
        yield from _auth_findings(request.auth)


def _shown(value: object) -> str:
    """Return the repr of a value, which Python refuses to write for a number of some thousand digits."""
    try:
        return repr(value)
    except ValueError:
        return f"{type(value).__name__}(…)"


def _is_text(value: object) -> bool:
    """Whether a text is given, or none."""
    return value is None or (isinstance(value, str) and value != "")


def _text_finding(pointer: tuple[str, ...], value: object) -> Finding:
    return Finding(pointer, pointer[-1], f"{_shown(value)} is not a text: leave it out if there is none")


def _mapping_findings(name: str, members: Mapping[object, object]) -> Iterator[Finding]:
    for key, value in members.items():
        pointer = (name, str(key))
        if not isinstance(key, str):
            yield Finding(pointer, name, f"the name {_shown(key)} is not a text")
        elif name not in ("params", "form"):
            if not isinstance(value, str):
                yield Finding(pointer, name, f"{_shown(value)} is not a text")
        elif not all(isinstance(each, _SCALAR) for each in _items(value)):
            yield Finding(pointer, name, "a value here is a text, number, boolean, null or a list of these")


def _items(value: object) -> Sequence[object]:
    """Items of a list; a text is one item."""
    if isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray | memoryview):
        return cast("Sequence[object]", value)
    return [cast("object", value)]


def _is_one_of(value: object, allowed: Sequence[object]) -> bool:
    return (value is None or isinstance(value, str)) and value in allowed


def _choice_finding(pointer: tuple[str, ...], value: object, allowed: Sequence[object]) -> Finding:
    listed = ", ".join(str(each) for each in allowed if each is not None)
    return Finding(pointer, pointer[-1], f"{_shown(value)} is not one of {listed}")


def _number_findings(request: Request) -> Iterator[Finding]:
    for name in _NUMBERS:
        if (number := getattr(request, name)) is not None:
            yield from _range_findings((name,), number)
    if request.retry is not None:
        for name, number in members_of(request.retry).items():
            yield from _range_findings(("retry", name), number)


def _range_findings(pointer: tuple[str, ...], number: object) -> Iterator[Finding]:
    most = LIMITS[pointer[-1]]
    if type(number) is not int or not 1 <= number <= most:
        yield Finding(pointer, "number", f"{_shown(number)} is not a whole number from 1 to {most:,}")


def _auth_findings(auth: Auth) -> Iterator[Finding]:
    if not _is_one_of(auth.type, AUTH_TYPES):
        yield _choice_finding(("auth", "type"), auth.type, AUTH_TYPES)
    if auth.type in CLIENT_TYPES:
        yield from _name_findings(("auth", "client"), auth.client, CLIENT_PATTERN)
        for name in ("secret", "name"):
            if getattr(auth, name) is not None:
                yield Finding(("auth", name), name, f'the type "{auth.type}" has a client: leave "{name}" out')
        return
    yield from _name_findings(("auth", "secret"), auth.secret, SECRET_PATTERN)
    if auth.client is not None:
        yield Finding(("auth", "client"), "client", f"only the types {', '.join(CLIENT_TYPES)} have a client")
    if not _is_text(auth.name):
        yield _text_finding(("auth", "name"), auth.name)
    if (auth.type == "header") != (auth.name is not None):
        yield Finding(
            ("auth", "name"), "name", 'the type "header" needs the name of the header, and no other type has one'
        )


def _name_findings(pointer: tuple[str, ...], value: object, pattern: str) -> Iterator[Finding]:
    if not isinstance(value, str) or not re.fullmatch(pattern, value):
        yield Finding(pointer, pointer[-1], f"{_shown(value)} is not the name of a {pointer[-1]}")


def body_findings(body: object) -> Iterator[Finding]:
    """Nesting that the proxy refuses, or that has no end; each level holds a container once, also if it is shared."""
    level: list[Any] = [body]
    for depth in range(1, _BODY_DEPTH_MAX + 1):
        below: dict[int, Any] = {}
        for node in level:
            if type(node) is dict or isinstance(node, Mapping):
                keys = cast("Mapping[Any, Any]", node)
                if wrong := [key for key in keys if not isinstance(key, str)]:
                    yield Finding(
                        ("body",), "body", f"the key {_shown(wrong[0])} is not a text: JSON has only texts as keys"
                    )
                    return
                inner = keys.values()
            elif isinstance(node, Sequence) and not isinstance(node, str | bytes | bytearray | memoryview):
                inner = cast("Sequence[Any]", node)
            else:
                continue
            if depth == _BODY_DEPTH_MAX and inner:
                message = f"the body is nested deeper than {_BODY_DEPTH_MAX - 1} levels: flatten it"
                yield Finding(("body",), "body", message)
                return
            below |= {id(value): value for value in inner if type(value) not in PLAIN_SCALARS}
        if not below:
            return
        level = list(below.values())
