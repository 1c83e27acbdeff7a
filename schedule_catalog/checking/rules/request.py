"""Request of an entry: its target, credentials, limits and size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from schedule_catalog.checking.entry_of_draft import request_of
from schedule_catalog.checking.fault import Fault
from schedule_catalog.checking.rules.rule import DraftRule, EntryRule, Rule
from schedule_client.contract.checks import input_findings, request_findings
from schedule_client.contract.credentials import likely_shapes, token_kind
from schedule_client.contract.errors import RequestError
from schedule_client.contract.event import INPUT_MAX_BYTES, input_text
from schedule_client.contract.records import replace
from schedule_client.contract.request import CLIENT_TYPES

if TYPE_CHECKING:
    from schedule_catalog.checking.draft import Draft
    from schedule_catalog.checking.rules.rule import Context
    from schedule_catalog.entry import Entry


def _target(draft: Draft) -> Iterator[Fault]:
    """Find incomplete targets."""
    request = draft.request
    if draft.partial:
        return
    if "url" in request:
        return
    if "service" not in request:
        message = 'the request has no target: write "url", or "service" (also possible in "defaults") and "path"'
        yield Fault(("request",), message, at_key=True)
    elif "path" not in request:
        yield Fault(("request",), f'"path" is missing: write the path at service "{request["service"]}"', at_key=True)


_HOW_TO_WRITE_AUTH = {
    "type": "bearer, basic, header, oidc, oauth2 or sigv4",
    "secret": "the name of a secret",
    "name": "the header that carries the secret",
    "client": "the name of a client in the stack's settings",
}
_AUTH_KEYS = {
    **dict.fromkeys(("bearer", "basic"), ("type", "secret")),
    "header": ("type", "secret", "name"),
    **dict.fromkeys(CLIENT_TYPES, ("type", "client")),
}


def _auth_members(draft: Draft) -> Iterator[Fault]:
    """Find missing members, and members that the type does not have."""
    auth = draft.request.get("auth")
    if auth is None or draft.partial:
        return
    keys = _AUTH_KEYS.get(auth.get("type", ""), ("type", "secret"))
    for key in keys:
        if key not in auth:
            message = f'"{key}" is missing in "auth": write {key}: and {_HOW_TO_WRITE_AUTH[key]}'
            yield Fault(("request", "auth"), message, at_key=True)
    for key in auth if "type" in auth else ():
        if key not in keys and key in _HOW_TO_WRITE_AUTH:
            known = ", ".join(each for each, members in _AUTH_KEYS.items() if key in members)
            message = f'"{key}" is only for the type {known}, and the type is "{auth["type"]}": remove it'
            yield Fault(("request", "auth", key), message, at_key=True)


def _request(draft: Draft) -> Iterator[Fault]:
    """Find mistakes in the merged request, and credentials in the words beside it."""
    for finding in request_findings(draft.request):
        yield Fault(("request", *finding.pointer), finding.message, at_key=finding.on_key, rule=finding.rule)
    for key in ("description", "runbook"):
        text = draft.values.get(key)
        if isinstance(text, str) and (kind := token_kind(text, likely_shapes(text))):
            yield Fault((key,), f"this looks like {kind}: remove it, a catalog contains none", rule="credential")


# JSON writes a byte of YAML in at most six (a control character); an event adds little to the text of its file.
_SMALL_FILE = (INPUT_MAX_BYTES - 4096) // 6


def _input_size(entries: tuple[Entry, ...], draft: Draft, context: Context) -> Iterator[Fault]:
    """Find requests that are too large or that JSON cannot hold."""
    if len(draft.document.data) <= _SMALL_FILE:
        return
    try:
        text = input_text(replace(entries[0], request=request_of(draft)).event)
    except RequestError as error:
        yield Fault(("request",), str(error), at_key=True)
        return
    for finding in input_findings(text):
        yield Fault(("request", *finding.pointer), finding.message, at_key=True)


TARGET: DraftRule = Rule(
    "target",
    'a request has "url", or "service" and "path", once defaults and stack are merged',
    _target,
)
AUTH: DraftRule = Rule(
    "auth",
    'an auth has "type" and "secret" (and "name" for the type "header"), or "type" and "client", once defaults and '
    "stack are merged",
    _auth_members,
)
REQUEST: DraftRule = Rule(
    "url",
    "a url is absolute and https, a path stays below its service",
    _request,
    also={
        "url": "a url is absolute and https, a path stays below its service",
        "header": "header names and values are those of HTTP, and none is the proxy's own",
        "body": "a request has one body, and a GET or HEAD has none",
        "body-type": 'the content type fits the body: "body" is JSON, "form" a form, and "text" is for all others',
        "credential": "a catalog names secrets and does not contain any",
        "placeholder": "only the two keywords of EventBridge Scheduler are replaced, and only where they are allowed",
    },
)
INPUT_SIZE: EntryRule = Rule(
    "input-size",
    "a request is at most 192 KB as Target.Input",
    _input_size,
)
