"""Kubernetes CronJob manifests as jobs. Source: the CronJob page and the batch/v1 API reference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from schedule_catalog.importing.command import call_of, call_of_line, valid_name
from schedule_catalog.importing.errors import NotConvertibleError
from schedule_catalog.importing.job import Job, Refused
from schedule_catalog.importing.standard_cron import standard_cron

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from schedule_catalog.importing.target import Targets

_SHELLS = ("sh", "bash", "ash", "dash")
_LABELS_MAX = 50


def cronjob_jobs(text: str, targets: Targets, timezone: str) -> Iterator[Job | Refused]:
    """Yield the CronJobs of a manifest with any number of documents and lists; other kinds are passed over.

    timezone: of the cluster's controller, for a CronJob without `timeZone`. Raises NotConvertibleError for no YAML.
    """
    for number, manifest in enumerate(_manifests(text), 1):
        if manifest.get("kind") == "CronJob":
            name = _at(manifest, "metadata").get("name")
            origin = f"CronJob {name}" if isinstance(name, str) else f"document {number}"
            try:
                yield _job(origin, manifest, targets, timezone)
            except NotConvertibleError as error:
                yield Refused(origin, str(error))


def _manifests(text: str) -> Iterator[Mapping[str, Any]]:
    import yaml

    try:
        documents = list(yaml.load_all(text, yaml.SafeLoader))
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise NotConvertibleError(f"this is no YAML: {' '.join(str(error).split())[:200]}") from None
    for document in documents:
        yield from _unlisted(document)


def _unlisted(document: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(document, dict):
        manifest = cast("dict[str, Any]", document)
        items = manifest.get("items")
        if isinstance(items, list):
            for item in cast("list[Any]", items):
                yield from _unlisted(item)
        else:
            yield manifest


def _job(origin: str, manifest: Mapping[str, Any], targets: Targets, timezone: str) -> Job:
    spec = _at(manifest, "spec")
    when, zone = str(spec.get("schedule", "")), str(spec.get("timeZone") or timezone)
    if when.startswith(("TZ=", "CRON_TZ=")):
        raise NotConvertibleError("a zone inside of the schedule is not supported by Kubernetes: use timeZone")
    cron = standard_cron(when, "kubernetes")
    name = valid_name(str(_at(manifest, "metadata").get("name") or "job"))
    values, notes = _values(spec, name, targets)
    if not spec.get("timeZone"):
        notes.append(f"without timeZone the cluster's controller decides: read as {timezone}")
    labels = {str(key): str(value) for key, value in list(_at(manifest, "metadata", "labels").items())[:_LABELS_MAX]}
    zoned = {"timezone": zone} if zone != "UTC" else {}
    merged = {**zoned, **values, **({"labels": labels} if labels else {})}
    return Job(origin, name, tuple({"cron": each} for each in cron.aws()), merged, tuple(notes), cron.walls)


def _values(spec: Mapping[str, Any], name: str, targets: Targets) -> tuple[dict[str, Any], list[str]]:
    job = _at(spec, "jobTemplate", "spec")
    try:
        values, notes = _call(_at(job, "template", "spec"), targets)
    except NotConvertibleError:
        request = targets.instead(name)
        if request is None:
            raise
        values, notes = dict[str, Any](request=request), ["calls the endpoint given by --url instead of its container"]
    if spec.get("suspend"):
        values["enabled"] = False
    policy = spec.get("concurrencyPolicy", "Allow")
    if policy == "Forbid":
        values["overlap"] = "skip"
    elif policy == "Replace":
        notes.append("concurrencyPolicy: Replace ended the run before; a call is never taken back")
    deadline, backoff = spec.get("startingDeadlineSeconds"), job.get("backoffLimit")
    retry = dict(values.get("retry") or {})
    if isinstance(deadline, int):
        retry["max_age_minutes"] = max(1, -(-deadline // 60))
    if isinstance(backoff, int):
        retry.setdefault("max_attempts", backoff + 1)
    return {**values, **({"retry": retry} if retry else {})}, notes


def _call(pod: Mapping[str, Any], targets: Targets) -> tuple[dict[str, Any], list[str]]:
    containers = _list(pod.get("containers"))
    if len(containers) != 1 or pod.get("initContainers"):
        raise NotConvertibleError("it has several containers: make it one endpoint, and name that with --url")
    container = _at({"first": containers[0]}, "first")
    command = [str(each) for each in _list(container.get("command"))]
    arguments = [str(each) for each in _list(container.get("args"))]
    if not command and str(container.get("image", "")).rpartition("/")[2].startswith("curl"):
        command = ["curl"]
    whole = [*command, *arguments]
    if any("$(" in each for each in whole):
        raise NotConvertibleError("its command uses a variable of the container: write the value out")
    if len(whole) == 3 and whole[0].rpartition("/")[2] in _SHELLS and whole[1] in ("-c", "-ec", "-xc"):
        return call_of_line(whole[2].strip(), None, targets)
    return call_of(whole, None, targets)


def _list(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else []


def _at(value: Any, *keys: str) -> dict[str, Any]:
    for key in keys:
        value = cast("dict[str, Any]", value).get(key) if isinstance(value, dict) else None
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
