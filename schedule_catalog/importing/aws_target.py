"""Calls that replace the targets of AWS's schedules and rules."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from schedule_catalog.importing.call import FoundCall, header_of
from schedule_catalog.importing.command import or_endpoint
from schedule_catalog.importing.content import at, text_at
from schedule_catalog.importing.errors import NotConvertibleError
from schedule_catalog.importing.job import Note
from schedule_client.contract.headers import is_json_type
from schedule_client.contract.json_value import json_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schedule_catalog.importing.target import Targets

_EVENT = ("target_url", "method", "headers", "params", "body")
_ENTRY = ("timeout_seconds", "retry", "overlap", "labels", "metrics", "runbook")
_EXCLUSIONS = ("pause", "not_on", "fires_in_freezes")
_OURS = (
    *_EVENT, *_ENTRY, *_EXCLUSIONS, "form", "text", "v", "service", "path", "auth", "owner", "schedule",
    "flexible_window_minutes", "recurring",
)  # fmt: skip
_DEFAULT_RETRIES = (185, 86400)
_SPECIAL = (
    "EcsParameters", "KinesisParameters", "SqsParameters", "SageMakerPipelineParameters", "EventBridgeParameters",
    "BatchParameters", "RedshiftDataParameters", "HttpParameters", "RunCommandParameters", "AppSyncParameters",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TargetCall:
    """Call that replaces a target.

    owner: of the entry, if the target's input is an event of this project.
    generated: the address is `--url`'s.
    """

    values: dict[str, Any]
    notes: list[Note]
    owner: str | None = None
    generated: bool = False


def target_call(target: Mapping[str, Any], targets: Targets) -> TargetCall:
    """Return the call of a target in the form of the API; NotConvertibleError if it names no call."""
    event = _event(text_at(target, "Input"))
    if event is None:
        return _instead(target, targets)
    if "key" in event:
        raise NotConvertibleError("an application created it at run time, with a key: its own client owns it")
    call = FoundCall(
        str(event.get("target_url") or ""), str(event.get("method", "POST")), _texts(event.get("headers"), "header"),
        at(event, "params"), auth=at(event, "auth") or None,
    )  # fmt: skip
    _send(call, event)
    if "service" in event:
        call.place = {"service": event.get("service"), "path": event.get("path")}
    values, notes = call.values(targets)
    values |= {key: event[key] for key in _ENTRY if key in event}
    if event.get("v") == 1:
        notes = [*notes, *(Note("lost", f"{key}: set it in the entry") for key in _EXCLUSIONS if key in event)]
        return TargetCall(values, notes, text_at(event, "owner") or None)
    return TargetCall(values, [*notes, *_lost(target)])


def _instead(target: Mapping[str, Any], targets: Targets) -> TargetCall:
    service = (text_at(target, "Arn").split(":")[2:3] or [""])[0] or "a service of AWS"
    reason = NotConvertibleError(f"its target ({service}) is not called by HTTP, and its Input is not a request")
    found = or_endpoint(reason, targets)
    request = found.values["request"]
    place = {"url": request.get("url"), "path": request.get("path")}
    checked, notes = FoundCall("", "POST", content=_content(target), place=place).values(targets)
    request = {**request, **{key: each for key, each in checked["request"].items() if key in ("body", "text")}}
    changed = Note("changed", "calls the endpoint given by --url, which must do what its target did")
    return TargetCall({"request": request}, [changed, *notes, *_lost(target)], generated=True)


def _send(call: FoundCall, event: Mapping[str, Any]) -> None:
    """Give *call* the body of an event: a `body` under another type than JSON is a form or a text."""
    body, kind = event.get("body"), header_of(call.headers, "Content-Type")
    if body is not None and kind is not None and not is_json_type(kind):
        call.send(body if isinstance(body, str) else json_text(body))
    else:
        call.content = {key: event[key] for key in ("body", "form", "text") if event.get(key) is not None}


def _content(target: Mapping[str, Any]) -> dict[str, Any]:
    text = text_at(target, "Input")
    try:
        return {"body": json.loads(text)} if text else {}
    except (ValueError, RecursionError):
        return {"text": text}


def _lost(target: Mapping[str, Any]) -> list[Note]:
    """Details of the target, besides its input, that an entry does not have."""
    notes: list[Note] = []
    if policy := at(target, "RetryPolicy"):
        attempts, age = policy.get("MaximumRetryAttempts"), policy.get("MaximumEventAgeInSeconds")
        if (attempts, age) == _DEFAULT_RETRIES:
            attempts = age = None
        said = [f"{attempts} retries" if attempts is not None else "", f"{age} s" if age is not None else ""]
        text = f"RetryPolicy ({', '.join(filter(None, said))}): replaced by the stack's settings and the entry's retry"
        notes += [Note("lost", text)] if any(said) else []
    if text_at(at(target, "DeadLetterConfig"), "Arn"):
        notes.append(Note("lost", "DeadLetterConfig: failed calls go to the stack's own undelivered queue"))
    if target.get("InputTransformer") or target.get("InputPath"):
        notes.append(Note("lost", "InputTransformer or InputPath: the entry contains the body"))
    elif not text_at(target, "Input"):
        notes.append(Note("lost", "the event that AWS passes to a target without Input: the call has no body"))
    notes += [Note("lost", f"{key}, which only its target uses") for key in _SPECIAL if target.get(key)]
    return notes


def _texts(value: Any, what: str) -> dict[str, str]:
    members = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
    if not all(isinstance(each, str) for each in members.values()):
        raise NotConvertibleError(f"a {what} of its request is not text")
    return dict(members)


def _event(text: str) -> dict[str, Any] | None:
    """Request in an Input: of this project's form, or of the template's."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    event = cast("dict[str, Any]", value)
    known = (*_OURS, "key") if event.get("v") == 1 else _EVENT
    return event if ("target_url" in event or "service" in event) and set(event) <= set(known) else None
