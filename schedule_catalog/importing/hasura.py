"""Hasura's cron triggers as jobs: `cron_triggers.yaml`, or exported metadata.

Sources: Hasura's pages "Create a Scheduled Trigger" and "Metadata API Reference: Scheduled Triggers".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from schedule_catalog.importing.call import FoundCall
from schedule_catalog.importing.command import valid_name
from schedule_catalog.importing.content import Content, at, mappings, text_at
from schedule_catalog.importing.errors import NotConvertibleError
from schedule_catalog.importing.job import Job, Note, Refused
from schedule_catalog.importing.secrecy import looks_secret
from schedule_catalog.importing.source import NO_CLOCK, SourceKind
from schedule_catalog.importing.standard_cron import standard_cron
from schedule_catalog.importing.variables import mark
from schedule_client.contract.placeholders import SCHEDULED_TIME

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from schedule_catalog.importing.source import ImportContext

_TEMPLATE = re.compile(r"\{\{\s*(\w+)\s*\}\}")


def is_hasura(content: Content) -> bool:
    """Return whether the content is a list of triggers with a webhook and a schedule."""
    triggers = _triggers(content.readable)
    return any("schedule" in each and ("webhook" in each or "webhook_from_env" in each) for each in triggers)


def hasura_jobs(content: Content, reading: ImportContext) -> Iterator[Job | Refused]:
    """Yield the triggers in order. All of Hasura's times are UTC."""
    for number, trigger in enumerate(_triggers(content.values), 1):
        name = text_at(trigger, "name") or f"number {number}"
        try:
            yield _job(f"trigger {name}", name, trigger, reading)
        except NotConvertibleError as error:
            yield Refused(f"trigger {name}", str(error))


HASURA = SourceKind("hasura", "Hasura's cron triggers", is_hasura, hasura_jobs)


def _triggers(documents: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for document in documents:
        metadata = at(document, "metadata") or at({"first": document}, "first")
        found += mappings(metadata.get("cron_triggers")) or mappings(document)
    return found


def _job(origin: str, name: str, trigger: Mapping[str, Any], reading: ImportContext) -> Job:
    cron = standard_cron(str(trigger.get("schedule", "")), "hasura")
    for key in ("request_transform", "response_transform"):
        if trigger.get(key):
            raise NotConvertibleError(f"its {key} rewrites the call: let the endpoint accept Hasura's input")
    values, notes = _call(name, trigger).values(reading.targets)
    if comment := text_at(trigger, "comment"):
        values["description"] = comment if not looks_secret(comment) else "…"
    timings = tuple({"cron": each} for each in cron.aws())
    return Job(origin, valid_name(name), timings, values, tuple(notes), cron.walls, True, NO_CLOCK)


def _call(name: str, trigger: Mapping[str, Any]) -> FoundCall:
    call = FoundCall(_templated(text_at(trigger, "webhook")), "POST")
    if not call.url:
        raise NotConvertibleError("its whole address is in a variable: write the path after it, as {{BASE}}/path")
    for header in mappings(trigger.get("headers")):
        variable, value = text_at(header, "value_from_env"), header.get("value", "")
        call.headers[text_at(header, "name")] = mark(variable) if variable else _templated(str(value))
    call.headers = {header: value for header, value in call.headers.items() if header}
    body = {"name": name, "scheduled_time": SCHEDULED_TIME, "payload": trigger.get("payload")}
    if comment := text_at(trigger, "comment"):
        body["comment"] = comment
    call.content = {"body": body}
    call.notes.append(
        Note("changed", "the body has no id and no created_at: the header Idempotency-Key identifies the run")
    )
    _retry(at(trigger, "retry_conf"), call)
    return call


def _retry(settings: Mapping[str, Any], call: FoundCall) -> None:
    retries = settings.get("num_retries", 0)
    call.attempts = retries + 1 if isinstance(retries, int) and retries >= 0 else 1
    timeout = settings.get("timeout_seconds")
    call.timeout = timeout if isinstance(timeout, int) and timeout > 0 else None
    if call.attempts > 1 and settings.get("retry_interval_seconds") is not None:
        call.notes.append(Note("changed", "retry_interval_seconds was fixed; here the delay grows"))
    if settings.get("tolerance_seconds") is not None:
        text = "tolerance_seconds limited the delay of a run; here only retry.max_age_minutes limits it"
        call.notes.append(Note("changed", text))


def _templated(text: str) -> str:
    return _TEMPLATE.sub(lambda found: mark(found[1]), text)
