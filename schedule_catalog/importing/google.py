"""Jobs of Google Cloud Scheduler: `gcloud scheduler jobs list --format json`, or `describe` of one.

Sources: the REST resource projects.locations.jobs, and "Cron job format and time zone".
"""

from __future__ import annotations

import math
import re
from base64 import b64decode
from typing import TYPE_CHECKING, Any, cast

from schedule_catalog.importing.call import FoundCall
from schedule_catalog.importing.command import or_endpoint, valid_name
from schedule_catalog.importing.content import Content, at, text_at
from schedule_catalog.importing.errors import NotConvertibleError
from schedule_catalog.importing.job import ClockRule, Job, Note, Refused
from schedule_catalog.importing.secrecy import looks_secret
from schedule_catalog.importing.source import SourceKind, zoned
from schedule_catalog.importing.standard_cron import standard_cron
from schedule_catalog.importing.target import split_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from schedule_catalog.importing.source import ImportContext

_TARGETS = ("httpTarget", "pubsubTarget", "appEngineHttpTarget")
_NAME = re.compile(r"projects/[^/]+/locations/[^/]+/jobs/([^/]+)")
_FRONT_ENDS = re.compile(r"(?i)(?:.+\.)?(?:run\.app|cloudfunctions\.net|googleapis\.com|appspot\.com|google\.com)")
_BYTES = "application/octet-stream"
_UNSAID = "Google does not document the effect"
_FIXED, _EVERY = ClockRule(gap=_UNSAID, repeat=_UNSAID), ClockRule(repeat=_UNSAID)


def is_google(content: Content) -> bool:
    """Return whether the content has jobs with a schedule and one of Google's three targets."""
    return any("schedule" in each and any(target in each for target in _TARGETS) for each in _found(content.readable))


def google_jobs(content: Content, reading: ImportContext) -> Iterator[Job | Refused]:
    """Yield the jobs in order."""
    for number, job in enumerate(_found(content.values), 1):
        name = text_at(job, "name")
        found = _NAME.fullmatch(name)
        yield google_job(found[1] if found else name or f"number {number}", job, reading)


GOOGLE = SourceKind("google", "Google Cloud Scheduler jobs", is_google, google_jobs)


def google_job(name: str, job: Mapping[str, Any], reading: ImportContext, origin: str = "") -> Job | Refused:
    """Return one job in the form of the REST API."""
    origin = origin or f"job {name}"
    try:
        return _job(origin, name, job, reading)
    except NotConvertibleError as error:
        return Refused(origin, str(error))


def _found(values: tuple[Any, ...]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for value in values:
        listed = at({"it": value}, "it").get("jobs", value)
        every = cast("list[Any]", listed) if isinstance(listed, list) else [listed]
        found += [cast("dict[str, Any]", each) for each in every if isinstance(each, dict)]
    return found


def _job(origin: str, name: str, job: Mapping[str, Any], reading: ImportContext) -> Job:
    schedule = text_at(job, "schedule")
    if schedule.lower().startswith(("every ", "1st ", "first ")):
        raise NotConvertibleError('its schedule has App Engine\'s format, counted from its own last run: write "rate"')
    cron = standard_cron(schedule, "google")
    generated = False
    try:
        values, notes = _call(job).values(reading.targets)
    except NotConvertibleError as error:
        instead = or_endpoint(error, reading.targets)
        values, notes, generated = instead.values, instead.notes, True
    if text_at(job, "state") in ("PAUSED", "DISABLED"):
        values["enabled"] = False
    description = text_at(job, "description")
    if description and not looks_secret(description):
        values["description"] = description
    values |= zoned(text_at(job, "timeZone") or "UTC")
    timings = tuple({"cron": each} for each in cron.aws())
    clock = _EVERY if cron.every else _FIXED
    return Job(origin, valid_name(name), timings, values, tuple(notes), cron.walls, True, clock, generated)


def _call(job: Mapping[str, Any]) -> FoundCall:
    target = at(job, "httpTarget")
    if not target:
        kind = next((each for each in _TARGETS if each in job), "nothing")
        raise NotConvertibleError(f"it calls no URL ({kind.removesuffix('Target')})")
    call = FoundCall(text_at(target, "uri"), text_at(target, "httpMethod") or "POST")
    call.headers = {str(key): str(value) for key, value in at(target, "headers").items()}
    if call.headers.get("User-Agent") == "Google-Cloud-Scheduler":
        del call.headers["User-Agent"]
    if text_at(target, "body"):
        call.send(_decoded(text_at(target, "body")), _BYTES)
    _token(call, target)
    call.timeout = _seconds(text_at(job, "attemptDeadline"))
    _retry(at(job, "retryConfig"), call)
    return call


def _decoded(encoded: str) -> str:
    try:
        return b64decode(encoded, validate=True).decode()
    except ValueError:
        raise NotConvertibleError("its body is not base64 of a text") from None


def _token(call: FoundCall, target: Mapping[str, Any]) -> None:
    """Note on the token that Google signs: AWS signs others, which Google's own front ends do not accept."""
    kind = next((each for each in ("oidcToken", "oauthToken") if each in target), None)
    if kind is None:
        return
    parts = split_url(call.url)
    host = parts.hostname or ""
    if kind == "oauthToken" or _FRONT_ENDS.fullmatch(host):
        raise NotConvertibleError(
            f"{host} accepts only Google's own tokens: keep the job there, or call it in another way"
        )
    audience = text_at(at(target, kind), "audience")
    if looks_secret(audience, named=True):
        raise NotConvertibleError("the audience of its token looks like a secret, and a catalog contains none")
    call.audience = audience or f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    call.notes.append(
        Note("changed", "its OIDC token is the AWS account's: the target must trust that issuer, and its sub and tags")
    )


def _retry(settings: Mapping[str, Any], call: FoundCall) -> None:
    retries, age = settings.get("retryCount", 0), _seconds(text_at(settings, "maxRetryDuration"))
    count = retries if isinstance(retries, int) and not isinstance(retries, bool) and retries > 0 else 0
    call.attempts = count + 1 if count or not age else None
    call.age = age / 60 if age else None
    if (count or age) and any("ackoff" in key or key == "maxDoublings" for key in settings):
        call.notes.append(Note("changed", "the proxy's own backoff applies, not the job's"))


def _seconds(text: str) -> int | None:
    """Duration such as "180s"; none for 0, which means no limit."""
    found = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)s", text)
    return math.ceil(float(found[1])) or None if found else None
