"""Manifests of Kubernetes CronJobs as jobs. Source: the CronJob page and the batch/v1 API reference."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from schedule_catalog.importing.command import (
    CommandCall,
    call_of_script,
    call_of_words,
    or_endpoint,
    valid_name,
)
from schedule_catalog.importing.content import Content, at, mappings, text_at
from schedule_catalog.importing.errors import NotConvertibleError
from schedule_catalog.importing.job import ClockRule, Job, Note, Refused
from schedule_catalog.importing.script import SHELLS
from schedule_catalog.importing.secrecy import is_secret_name, looks_secret
from schedule_catalog.importing.source import UTC_NAMES, SourceKind, zoned
from schedule_catalog.importing.standard_cron import standard_cron
from schedule_catalog.importing.variables import Variables, kebab, mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from schedule_catalog.importing.source import ImportContext

_LABELS_MAX = 50
_REFERENCE = re.compile(r"\$\$|\$\(([A-Za-z_.-][\w.-]*)\)")
_CLOCK = ClockRule(repeat="Kubernetes runs it both times")


def is_cronjob(content: Content) -> bool:
    """Return whether the content has a CronJob."""
    return any(_is_cronjob(each) for each in _manifests(content.readable))


def cronjob_jobs(content: Content, reading: ImportContext) -> Iterator[Job | Refused]:
    """Yield the CronJobs of a manifest with any number of documents and lists; other kinds are skipped."""
    for number, manifest in enumerate(_manifests(content.values), 1):
        if _is_cronjob(manifest):
            origin = f"CronJob {text_at(manifest.get('metadata'), 'name') or f'number {number}'}"
            try:
                yield _job(origin, manifest, reading)
            except NotConvertibleError as error:
                yield Refused(origin, str(error))


CRONJOB = SourceKind("cronjob", "Kubernetes CronJobs", is_cronjob, cronjob_jobs)


def _is_cronjob(manifest: Mapping[str, Any]) -> bool:
    return manifest.get("kind") == "CronJob" and str(manifest.get("apiVersion", "batch/v1")).startswith("batch/")


def _manifests(documents: Any) -> Iterator[Mapping[str, Any]]:
    for document in documents:
        if isinstance(document, dict):
            manifest = cast("dict[str, Any]", document)
            items = manifest.get("items")
            if isinstance(items, list):
                yield from _manifests(items)
            else:
                yield manifest


def _job(origin: str, manifest: Mapping[str, Any], reading: ImportContext) -> Job:
    spec = at(manifest, "spec")
    when, zone = str(spec.get("schedule", "")), str(spec.get("timeZone") or reading.timezone)
    if when.startswith(("TZ=", "CRON_TZ=")):
        raise NotConvertibleError("Kubernetes does not support a zone inside the schedule: use timeZone")
    cron = standard_cron(when, "kubernetes")
    name = valid_name(text_at(manifest.get("metadata"), "name") or "job")
    values, notes, call = _values(spec, reading)
    if call.tests:
        if zone not in UTC_NAMES:
            raise NotConvertibleError("it tests the date in the container's zone, UTC, but has another timeZone")
        cron = cron.only_on(call.tests)
    if not spec.get("timeZone"):
        notes.append(Note("note", f"without timeZone the cluster's controller decides: read as {reading.timezone}"))
    merged = {**zoned(zone), **values, **_labels(manifest, notes)}
    timings = tuple({"cron": each} for each in cron.aws())
    return Job(origin, name, timings, merged, tuple(notes), cron.walls, True, _CLOCK, call.generated)


def _labels(manifest: Mapping[str, Any], notes: list[Note]) -> dict[str, Any]:
    labels = {str(key): str(value) for key, value in list(at(manifest, "metadata", "labels").items())[:_LABELS_MAX]}
    plain = {
        key: value
        for key, value in labels.items()
        if not (is_secret_name(key) or looks_secret(key) or looks_secret(value, named=True))
    }
    if len(plain) < len(labels):
        notes.append(Note("lost", "a label that looks like a secret"))
    return {"labels": plain} if plain else {}


def _values(spec: Mapping[str, Any], reading: ImportContext) -> tuple[dict[str, Any], list[Note], CommandCall]:
    job = at(spec, "jobTemplate", "spec")
    pod = at(job, "template", "spec")
    for key in ("completions", "parallelism"):
        if isinstance(job.get(key), int) and job[key] > 1:
            raise NotConvertibleError(f"{key}: {job[key]} makes several calls for one run: make it one")
    try:
        call = _call(pod, reading)
    except NotConvertibleError as error:
        call = or_endpoint(error, reading.targets)
    values, notes = dict(call.values), list(call.notes)
    if spec.get("suspend"):
        values["enabled"] = False
    policy = spec.get("concurrencyPolicy", "Allow")
    if policy == "Forbid":
        values["overlap"] = "skip"
    elif policy == "Replace":
        notes.append(Note("changed", "concurrencyPolicy: Replace ended the previous run; a call cannot be cancelled"))
    _limits(spec, job, pod, values, notes)
    return values, notes, call


def _limits(
    spec: Mapping[str, Any], job: Mapping[str, Any], pod: Mapping[str, Any], values: dict[str, Any], notes: list[Note]
) -> None:
    if isinstance(spec.get("startingDeadlineSeconds"), int):
        text = "startingDeadlineSeconds limited the delay of a run; here only retry.max_age_minutes limits it"
        notes.append(Note("changed", text))
    backoff = job.get("backoffLimit")
    if isinstance(backoff, int) and not isinstance(backoff, bool) and backoff >= 0:
        retry = dict(values.get("retry") or {})
        if retry.get("max_attempts"):
            notes.append(
                Note("changed", f"backoffLimit: {backoff} repeated the command; here only its own retries count")
            )
        else:
            values["retry"] = {**retry, "max_attempts": min(backoff + 1, 100)}
    deadline = job.get("activeDeadlineSeconds", pod.get("activeDeadlineSeconds"))
    if isinstance(deadline, int) and not isinstance(deadline, bool) and deadline > 0:
        values["timeout_seconds"] = min(deadline, 900, values.get("timeout_seconds", 900))
        text = f"activeDeadlineSeconds: {deadline} ended all attempts together; here each may take timeout_seconds"
        notes.append(Note("changed", text))


def _call(pod: Mapping[str, Any], reading: ImportContext) -> CommandCall:
    containers = mappings(pod.get("containers"))
    if len(containers) != 1 or pod.get("initContainers"):
        raise NotConvertibleError("it has several containers")
    container = containers[0]
    variables = _variables(container, reading.variables())
    command = _words(container.get("command"), variables)
    arguments = _words(container.get("args"), variables)
    if not command and text_at(container, "image").rpartition("/")[2].startswith("curl"):
        command = ["curl"]
    whole = [*command, *arguments]
    if len(whole) == 3 and whole[0].rpartition("/")[2] in SHELLS and re.fullmatch(r"-[a-z]*c", whole[1]):
        return call_of_script(whole[2].strip(), variables, reading.targets)
    direct = [_REFERENCE.sub(lambda found: mark(found[1]) if found[1] else found[0], each) for each in whole]
    return call_of_words(direct, variables, reading.targets)


def _variables(container: Mapping[str, Any], variables: Variables) -> Variables:
    for each in mappings(container.get("env")):
        name, value = text_at(each, "name"), each.get("value")
        secret = at(each, "valueFrom", "secretKeyRef")
        if secret:
            parts = (text_at(secret, "name"), text_at(secret, "key"))
            variables.secrets[name] = kebab("-".join(part for part in parts if part and not looks_secret(part)) or name)
        elif name and value is not None:
            variables.set(name, _expanded(str(value), variables))
    return variables


def _words(value: Any, variables: Variables) -> list[str]:
    return [_expanded(str(each), variables) for each in cast("list[Any]", value)] if isinstance(value, list) else []


def _expanded(text: str, variables: Variables) -> str:
    """Text with `$(NAME)` replaced for known variables, as Kubernetes does; "$$" is "$"."""

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name is None:
            return "$"
        known = name in variables.values or name in variables.secrets
        return variables.expanded(name) if known else found[0]

    return _REFERENCE.sub(value, text)
