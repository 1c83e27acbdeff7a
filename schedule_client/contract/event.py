"""Event that the proxy receives: written only here, for catalog entries and run-time calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from schedule_client.contract.errors import JsonError, RequestError
from schedule_client.contract.json_value import json_text
from schedule_client.contract.placeholders import SCHEDULE_ARN, SCHEDULED_TIME

if TYPE_CHECKING:
    from schedule_client.contract.json_value import Json
    from schedule_client.contract.request import Auth, Request, Retry
    from schedule_client.contract.series import Series

EVENT_VERSION = 1
# EventBridge Scheduler accepts 256 KB of Input; the rest is room for the replaced context attributes and for the
# envelopes of queues and destinations.
# https://docs.aws.amazon.com/scheduler/latest/UserGuide/scheduler-quotas.html
INPUT_MAX_BYTES = 192 * 1024


_LONGEST_LINK = 2048


def build_event(
    request: Request, schedule_name: str, key: str | None = None, series: Series | None = None
) -> dict[str, Json]:
    """Return the event of `request` from the schedule `schedule_name`; with `key`, at most one call for that key.

    series: other runs of a schedule that recurs; None for a single call.
    The result depends only on the arguments, with its keys always in one order, so that equal requests give equal
    bytes. Absent and default values are omitted. Raises RequestError without exactly one of url and service +
    path.
    """
    event: dict[str, Json] = {"v": EVENT_VERSION, **_target(request), "method": request.method}
    optional: dict[str, Json] = {
        "headers": dict(request.headers) or None,
        "params": cast("Json", dict(request.params)) or None,
        "body": cast("Json", request.body),
        "form": None if request.form is None else cast("Json", dict(request.form)),
        "text": request.text,
        "auth": _auth(request.auth),
        "timeout_seconds": request.timeout_seconds,
        "retry": _retry(request.retry),
        "overlap": None if request.overlap == "allow" else request.overlap,
        "owner": request.owner,
        "flexible_window_minutes": request.flexible_window_minutes,
        "labels": dict(request.labels) or None,
        "metrics": request.metrics,
        "runbook": request.runbook,
        "key": key,
    }
    event |= {key: value for key, value in optional.items() if value is not None}
    event |= series.members() if series else {}
    event["schedule"] = {"name": schedule_name, "arn": SCHEDULE_ARN, "time": SCHEDULED_TIME}
    return event


def is_link(text: str) -> bool:
    """Whether `text` is a link that a person may be shown, as a catalog's `runbook` has to be."""
    scheme, colon, rest = text.partition("://")
    visible = text.isascii() and text.isprintable() and " " not in text
    return bool(scheme in ("http", "https") and colon and rest and visible and len(text) <= _LONGEST_LINK)


def input_text(event: dict[str, Json]) -> str:
    """Return `event` as the text of `Target.Input`: compact JSON in which "<" and ">" stay, for the context attributes.

    Raises RequestError for values that JSON cannot hold: NaN, infinities, lone surrogates, bytes and the like.
    """
    try:
        return json_text(event)
    except JsonError as error:
        raise RequestError(f"the request cannot be written as JSON: {error}") from error


def _target(request: Request) -> dict[str, Json]:
    if request.url is not None and request.service is None and request.path is None:
        return {"target_url": request.url}
    if request.url is None and request.service is not None and request.path is not None:
        return {"service": request.service, "path": request.path}
    raise RequestError('a request names its target by "url", or by "service" and "path" together')


def _auth(auth: Auth | None) -> Json:
    if auth is None:
        return None
    members: dict[str, Json] = {"type": auth.type, "secret": auth.secret, "name": auth.name, "client": auth.client}
    return {key: value for key, value in members.items() if value is not None}


def _retry(retry: Retry | None) -> Json:
    if retry is None:
        return None
    limits: dict[str, Json] = {"max_attempts": retry.max_attempts, "max_age_minutes": retry.max_age_minutes}
    return {key: value for key, value in limits.items() if value is not None} or None
