"""Event of a schedule, read strictly: every version ever released, and nothing else.

An event with a `v` comes from `schedule_client.contract.event`, with the keywords replaced by EventBridge
Scheduler; one without has the template's form, with the keys `target_url`, `method`, `headers`, `params` and `body`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from proxy.errors import RefusedError
from proxy.fields import choice, count, members_of, optional_text, shown, text, texts, unsupported
from proxy.identity import identity
from proxy.run import Run
from schedule_client.contract.errors import TimeTextError
from schedule_client.contract.event import EVENT_VERSION, is_link
from schedule_client.contract.features import FEATURES
from schedule_client.contract.headers import folded, header_mistake
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
from schedule_client.contract.series import Series
from schedule_client.contract.times import read_instant

if TYPE_CHECKING:
    from schedule_client.contract.request import AuthType, Param

_TEMPLATE = frozenset(("target_url", "method", "headers", "params", "body"))
_VERSION_1 = _TEMPLATE | {
    *("v", "service", "path", "auth", "timeout_seconds", "retry", "overlap", "owner", "schedule"),
    *("flexible_window_minutes", "labels", "metrics", "runbook", "key", "replay", "trigger"),
    *(name for name in FEATURES if "." not in name),
}
_UNFILLED = "<aws.scheduler."


def read_run(event: object, origin: str, request_id: str) -> Run:
    """Return the run of `origin` for `event`; `request_id` is Lambda's, with which it first arrived.

    Raises RefusedError, with the reason `unsupported-request` or `unsubstituted-placeholder`.
    """
    _check_values(event)
    members = members_of(event, None, "the event")
    if "v" in members and (members["v"] != EVENT_VERSION or isinstance(members["v"], bool | float)):
        raise unsupported(f"this proxy only knows version {EVENT_VERSION} of the event")
    members = members_of(members, _VERSION_1 if "v" in members else _TEMPLATE, "the event")
    if "v" not in members and isinstance(method := members.get("method"), str) and method.isascii():
        members = {**members, "method": method.upper()}  # as in the template's function
    return Run(_request(members), origin, series=_series(members), **identity(members, origin, request_id))


def _request(members: Mapping[str, object]) -> Request:
    target = tuple(key for key in ("target_url", "service", "path") if key in members)
    if target not in (("target_url",), ("service", "path")):
        raise unsupported('the target is either "target_url", or "service" and "path" together')
    return Request(
        url=optional_text(members, "target_url"),
        service=optional_text(members, "service"),
        path=optional_text(members, "path"),
        method=choice(members, "method", METHODS, "POST"),
        headers=_headers(members.get("headers", {})),
        params=_params(members.get("params", {}), "params"),
        **_content(members),
        auth=_auth(members["auth"]) if "auth" in members else None,
        timeout_seconds=count(members, "timeout_seconds", LIMITS["timeout_seconds"]),
        retry=_retry(members["retry"]) if "retry" in members else None,
        overlap=choice(members, "overlap", OVERLAPS, "allow"),
        owner=optional_text(members, "owner"),
        flexible_window_minutes=count(members, "flexible_window_minutes", LIMITS["flexible_window_minutes"]),
        labels=_labels(members.get("labels", {})),
        metrics=choice(members, "metrics", ("per-schedule",)) if "metrics" in members else None,
        runbook=_link(members),
    )


def _link(members: Mapping[str, object]) -> str | None:
    link = optional_text(members, "runbook")
    if link is not None and not is_link(link):
        raise unsupported('"runbook" is not a link')
    return link


def _headers(value: object) -> dict[str, str]:
    headers = members_of(value, None, '"headers"')
    if len(set(map(folded, headers))) < len(headers):
        raise unsupported('"headers" has a header twice: servers treat the two names as one')
    for name, content in headers.items():
        if not isinstance(content, str):
            raise unsupported(f'the header "{shown(name)}" is not a text')
        if mistake := header_mistake(name, content):
            raise unsupported(mistake)
    return cast("dict[str, str]", headers)


def _content(members: Mapping[str, object]) -> dict[str, Any]:
    given = {key: members[key] for key in ("body", "form", "text") if members.get(key) is not None}
    if len(given) > 1:
        raise unsupported(f"the event has {len(given)} bodies: {', '.join(given)}")
    if "form" in members:
        given["form"] = _params(members["form"], "form")
    return given | ({"text": text(members, "text")} if "text" in members else {})


def _params(value: object, where: str) -> dict[str, Param]:
    params = members_of(value, None, f'"{where}"')
    for name, content in params.items():
        items = cast("list[object]", content) if isinstance(content, list) else [content]
        if any(isinstance(item, dict | list) for item in items):
            raise unsupported(f'"{shown(name)}" of "{where}" is not a text, number, boolean, null or a list of these')
    return cast("dict[str, Param]", params)


def _labels(value: object) -> dict[str, str]:
    labels = members_of(value, None, '"labels"')
    if not all(isinstance(label, str) for label in labels.values()):
        raise unsupported('a label in "labels" is not a text')
    return cast("dict[str, str]", labels)


def _auth(value: object) -> Auth:
    members = members_of(value, frozenset(("type", "secret", "name", "client")), '"auth"')
    kind: AuthType = choice(members, "type", AUTH_TYPES)
    if kind in CLIENT_TYPES:
        if members.keys() != {"type", "client"}:
            raise unsupported(f'"auth" of the type "{kind}" has a "client", and nothing else')
        client = text(members, "client")
        if not _client().fullmatch(client):
            raise unsupported('the "client" of "auth" is not the name of a client')
        return Auth(kind, client=client)
    if "client" in members:
        raise unsupported(f'only the types {", ".join(CLIENT_TYPES)} have a "client" in "auth"')
    name = optional_text(members, "name")
    if (kind == "header") != (name is not None):
        raise unsupported('only the type "header" has a "name" in "auth"')
    if name is not None and (mistake := header_mistake(name)):
        raise unsupported(mistake)
    secret = text(members, "secret")
    if not _secret().fullmatch(secret):
        raise unsupported('the "secret" of "auth" is not the name of a secret')
    return Auth(kind, secret, name)


def _retry(value: object) -> Retry:
    members = members_of(value, frozenset(("max_attempts", "max_age_minutes")), '"retry"')
    return Retry(**{name: count(members, name, LIMITS[name]) for name in ("max_attempts", "max_age_minutes")})


def _series(event: Mapping[str, object]) -> Series | None:
    if "recurring" not in event:
        if found := [name for name in ("not_on", "pause", "fires_in_freezes") if name in event]:
            raise unsupported(f'"{found[0]}" is for an event that is "recurring"')
        return None
    if event["recurring"] is not True:
        raise unsupported('"recurring" is true, or left out')
    if event.get("fires_in_freezes", True) is not True:
        raise unsupported('"fires_in_freezes" is true, or left out')
    pause = members_of(event["pause"], frozenset(("until", "reason")), '"pause"') if "pause" in event else None
    return Series(
        not_on=texts(event, "not_on"),
        paused_until=_instant(text(pause, "until")) if pause else None,
        pause_reason=text(pause, "reason") if pause else "",
        fires_in_freezes="fires_in_freezes" in event,
    )


def _instant(written: str) -> str:
    try:
        read_instant(written)
    except TimeTextError:
        raise unsupported('the "until" of "pause" is not a UTC time like 2027-01-05T08:00:00Z') from None
    return written


def _check_values(event: object) -> None:
    """Refuse keywords that EventBridge Scheduler should have replaced, and values that JSON in UTF-8 cannot hold."""
    level = [event]
    for _ in range(DEPTH_MAX):
        below: list[object] = []
        for node in level:
            if isinstance(node, dict):
                members = cast("dict[object, object]", node)
                below += members.keys()
                below += members.values()
            elif isinstance(node, list):
                below += cast("list[object]", node)
            elif isinstance(node, str):
                _check_text(node)
            elif isinstance(node, float) and node - node != 0:
                raise unsupported("the event contains a number that JSON does not have")
        if not below:
            return
        level = below
    raise unsupported(f"the event is nested deeper than {DEPTH_MAX} levels")


def _check_text(content: str) -> None:
    if _UNFILLED in content:
        message = f'the event still contains "{_UNFILLED}…>", which EventBridge Scheduler should have replaced'
        raise RefusedError("unsubstituted-placeholder", message)
    if not content.isascii() and _surrogate().search(content):
        raise unsupported("the event contains half of a surrogate pair, which UTF-8 does not have")


@cache
def _secret() -> re.Pattern[str]:
    return re.compile(SECRET_PATTERN)


@cache
def _client() -> re.Pattern[str]:
    return re.compile(CLIENT_PATTERN)


@cache
def _surrogate() -> re.Pattern[str]:
    return re.compile("[\ud800-\udfff]")
