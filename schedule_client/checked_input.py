"""Text of a request in a schedule, after the checks that a catalog's requests pass as well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from schedule_client.contract import (
    AddressError,
    Auth,
    Finding,
    Request,
    Retry,
    build_event,
    input_findings,
    input_text,
    is_link,
    parse_url,
    replace,
    request_findings,
)
from schedule_client.contract import RequestError as UnwritableError
from schedule_client.contract.records import member_names
from schedule_client.errors import RequestRefusedError

if TYPE_CHECKING:
    from schedule_client.settings import ScheduleSettings

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_LIMITS = {"timeout_seconds": 900, "max_attempts": 1000, "max_age_minutes": 14 * 1440}


def checked_input(request: Request, name: str, key: str | None, settings: ScheduleSettings) -> str:
    """Return `Target.Input` of the schedule `name` that makes `request`, once per `key` if there is one.

    Raises RequestRefusedError with every finding.
    """
    _refuse(list(_type_findings(request)))
    request = replace(request, headers=plain(request.headers), params=plain(request.params), body=plain(request.body))
    _refuse([*_form_findings(request), *_known_findings(request, settings), *request_findings(_mapping(request))])
    try:
        text = input_text(build_event(request, name, key))
    except UnwritableError as error:
        raise RequestRefusedError(str(error)) from error
    _refuse(list(input_findings(text)))
    return text


def described(request: Request, description: str | None) -> str:
    """Return the schedule's description in AWS's console; at most 512 characters."""
    if description is None:
        target = request.url or f"{request.service}{request.path}"
        description = f"{request.method} {target.partition('?')[0]}"
    return description[:512]


def plain(value: Any) -> Any:
    """The value with every mapping a dict and every sequence a list, as JSON is written of them."""
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in cast("Mapping[Any, Any]", value).items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray | memoryview):
        return [plain(inner) for inner in cast("Sequence[Any]", value)]
    return cast("Any", value)


def _type_findings(request: object) -> Iterator[Finding]:
    """Members that are of another kind than the checks read; callers need not be typed."""
    if not isinstance(request, Request):
        yield Finding((), "request", f"{type(request).__name__} is not a Request: write Request(service=…, path=…)")
        return
    members: dict[str, object] = _members(request)
    for name in ("url", "service", "path", "owner"):
        if not isinstance(members[name], str | None):
            yield Finding((name,), name, f"{members[name]!r} is not a text")
    for name in ("headers", "params", "labels"):
        if not isinstance(members[name], Mapping):
            yield Finding((name,), name, f"{members[name]!r} is not a mapping: write {{}} for none")
    for name, kind in (("auth", Auth), ("retry", Retry)):
        if not isinstance(members[name], kind | None):
            yield Finding((name,), name, f"{members[name]!r} is not {kind.__name__}(…)")


def _refuse(findings: list[Finding]) -> None:
    if findings:
        listed = "; ".join(f"{_place(finding)}: {finding.message}" for finding in findings)
        raise RequestRefusedError(f"the request is refused: {listed}", findings)


def _place(finding: Finding) -> str:
    return ".".join(map(str, finding.pointer)) or "request"


def _mapping(request: Request) -> Mapping[str, object]:
    """Request in the form of a catalog file."""
    values = _members(request)
    if request.auth is not None:
        values["auth"] = _members(request.auth)
    return {name: value for name, value in values.items() if value is not None}


def _members(record: Request | Auth) -> dict[str, object]:
    return {name: getattr(record, name) for name in member_names(type(record))}


def _form_findings(request: Request) -> Iterator[Finding]:
    """Findings that a catalog's JSON Schema would report."""
    if (request.url is None) == (request.service is None) or (request.service is None) != (request.path is None):
        yield Finding((), "target", "give either url, or service and path together")
    if request.method not in METHODS:
        yield Finding(("method",), "method", f'"{request.method}" is not one of {", ".join(METHODS)}')
    if request.overlap not in ("allow", "skip"):
        yield Finding(("overlap",), "overlap", f'"{request.overlap}" is not allow or skip')
    if request.runbook is not None and not is_link(request.runbook):
        yield Finding(("runbook",), "runbook", "a runbook is a link that starts with https://")
    for name, value in request.headers.items():
        if not isinstance(value, str):  # pyright: ignore[reportUnnecessaryIsInstance] - callers need not be typed
            yield Finding(("headers", name), "header", f"{value!r} is not a text")
    for name, value in request.params.items():
        if any(isinstance(item, dict | list) for item in (value if isinstance(value, list) else [value])):
            yield Finding(("params", name), "params", "a parameter is a text, number, boolean, null or a list of these")
    yield from _number_findings(request)


def _number_findings(request: Request) -> Iterator[Finding]:
    retry = request.retry
    numbers: dict[tuple[str, ...], object] = {("timeout_seconds",): request.timeout_seconds}
    if retry is not None:
        numbers |= {("retry", "max_attempts"): retry.max_attempts, ("retry", "max_age_minutes"): retry.max_age_minutes}
    for pointer, number in numbers.items():
        most = _LIMITS[pointer[-1]]
        if number is not None and (type(number) is not int or not 1 <= number <= most):
            yield Finding(pointer, "number", f"{number!r} is not a whole number from 1 to {most:,}")


def _known_findings(request: Request, settings: ScheduleSettings) -> Iterator[Finding]:
    """Names that the proxy would refuse when the call fires, where the environment says which ones there are."""
    if request.service is not None:
        yield from _unknown(("service",), request.service, settings.services, "SCHEDULER_SERVICES")
    if request.auth is not None:
        yield from _unknown(("auth", "secret"), request.auth.secret, settings.secrets, "SCHEDULER_SECRETS")
    yield from _host_findings(request, settings.allowed_hosts)


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
