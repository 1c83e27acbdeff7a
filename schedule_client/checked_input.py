"""Text of a request in a schedule, after the checks that a catalog's requests pass as well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from schedule_client.contract.address import parse_url
from schedule_client.contract.checks import input_findings, request_findings
from schedule_client.contract.errors import AddressError
from schedule_client.contract.errors import RequestError as UnwritableError
from schedule_client.contract.event import build_event, input_text
from schedule_client.contract.features import unknown_features
from schedule_client.contract.finding import Finding
from schedule_client.contract.quick_scan import is_harmless
from schedule_client.contract.records import replace
from schedule_client.contract.series import Series
from schedule_client.errors import RequestRefusedError
from schedule_client.outline import Outlines, outline_of
from schedule_client.request_members import PLAIN_SCALARS, body_findings, form_findings, kind_findings, members_of

if TYPE_CHECKING:
    from schedule_client.contract.request import Request
    from schedule_client.settings import ScheduleSettings


_CONTENTS = ("headers", "params", "body", "form", "path", "text")


def checked_input(
    request: Request,
    name: str,
    key: str | None,
    settings: ScheduleSettings,
    *,
    recurs: bool = False,
    passed: Outlines | None = None,
) -> str:
    """Return `Target.Input` of the schedule `name` that makes `request`, once per `key` if there is one.

    recurs: whether it is one of many of its schedule, which a proxy that knows this treats as such in a pause.
    passed: outlines of the requests that were checked before, with the same settings.
    Raises RequestRefusedError with every finding.
    """
    outline = None if passed is None else outline_of(request)
    if passed is None or outline not in passed or not _is_harmless_body(request.body):
        given, request = request, _checked(request, settings)
        if passed is not None and outline is not None and request is given:
            passed.add(outline)
    series = Series() if recurs and "recurring" in (settings.features or ()) else None
    try:
        event = build_event(request, name, key, series)
        _refuse(list(_feature_findings(event, settings.features)))
        text = input_text(event)
    except UnwritableError as error:
        raise RequestRefusedError(str(error)) from error
    _refuse(list(input_findings(text)))
    return text


def _checked(request: Request, settings: ScheduleSettings) -> Request:
    """Return the request, its contents as plain dicts and lists; RequestRefusedError for every finding."""
    _refuse(list(kind_findings(request)))
    if written := {name: plain(value) for name in _CONTENTS if not _is_plain(value := getattr(request, name))}:
        request = replace(request, **written)
    _refuse([*form_findings(request), *_known_findings(request, settings), *request_findings(_mapping(request))])
    return request


def _is_harmless_body(body: object) -> bool:
    """Return whether no check could find anything in the body of a request whose outline passed."""
    return not any(body_findings(body)) and _is_plain(body) and is_harmless({"body": body})


def described(request: Request, description: str | None) -> str:
    """Return the schedule's description in AWS's console; at most 512 characters."""
    if description is None:
        target = request.url or f"{request.service}{request.path}"
        description = f"{request.method} {target.partition('?')[0]}"
    return description[:512]


def plain(value: Any) -> Any:
    """The value with every mapping a dict, every sequence a list and every text a str, as JSON is written of them.

    A text of another class, such as one that masks its repr, would hide from the scan what is sent.
    """
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, Mapping):
        return {plain(key): plain(inner) for key, inner in cast("Mapping[Any, Any]", value).items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
        return [plain(inner) for inner in cast("Sequence[Any]", value)]
    return cast("Any", value)


def _is_plain(value: object) -> bool:
    """Return whether `plain` changes nothing, as for most requests."""
    kind = type(value)
    if kind is dict:
        inner = cast("dict[object, object]", value).values()
    elif kind is list:
        inner = cast("list[object]", value)
    else:
        return kind in PLAIN_SCALARS
    return all([type(each) in PLAIN_SCALARS or _is_plain(each) for each in inner])  # noqa: C419 - quicker


def _refuse(findings: list[Finding]) -> None:
    if findings:
        listed = "; ".join(f"{_place(finding)}: {finding.message}" for finding in findings)
        raise RequestRefusedError(f"the request is refused: {listed}", findings)


def _place(finding: Finding) -> str:
    return ".".join(map(str, finding.pointer)) or "request"


def _mapping(request: Request) -> Mapping[str, object]:
    """Request in the form of a catalog file."""
    values = members_of(request)
    if request.auth is not None:
        values["auth"] = members_of(request.auth)
    return values


def _known_findings(request: Request, settings: ScheduleSettings) -> Iterator[Finding]:
    """Names that the proxy would refuse when the call fires, where the environment says which ones there are."""
    if request.service is not None:
        yield from _unknown(("service",), request.service, settings.services, "SCHEDULER_SERVICES")
    if request.auth is not None and request.auth.secret is not None:
        yield from _unknown(("auth", "secret"), request.auth.secret, settings.secrets, "SCHEDULER_SECRETS")
    if request.auth is not None and request.auth.client is not None:
        yield from _unknown(("auth", "client"), request.auth.client, settings.clients, "SCHEDULER_CLIENTS")
    yield from _host_findings(request, settings.allowed_hosts)


def _feature_findings(event: Mapping[str, object], known: frozenset[str] | None) -> Iterator[Finding]:
    """Members that the deployed proxy is too old for, if the environment says what it knows."""
    for name in unknown_features(event, known) if known is not None else ():
        listed = ", ".join(sorted(known or ())) or "none"
        message = f'the deployed proxy is too old for it (SCHEDULER_FEATURES: {listed}): run "pulumi up" first'
        yield Finding((name,), name, message)


def _unknown(pointer: tuple[str, ...], name: str, known: frozenset[str] | None, variable: str) -> Iterator[Finding]:
    if known is not None and name not in known:
        listed = ", ".join(sorted(known)) or "none"
        yield Finding(pointer, pointer[-1], f'the stack has no "{name}" for this application ({variable}: {listed})')


def _host_findings(request: Request, allowed: frozenset[str] | None) -> Iterator[Finding]:
    if allowed is None or request.url is None:
        return
    plain = frozenset(host.removeprefix("http://") for host in allowed if host.startswith("http://"))
    try:
        refusal = parse_url(request.url).refusal({host.removeprefix("http://") for host in allowed}, plain)
    except AddressError:
        return  # reported by the checks of the contract
    if refusal:
        yield Finding(("url",), "host", refusal)
