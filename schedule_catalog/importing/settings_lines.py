"""Settings of a stack that imported entries need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from schedule_catalog.calendars import UNREAD
from schedule_catalog.checking.pipeline import check_documents
from schedule_catalog.document import parse_document
from schedule_catalog.editing.entry_text import entry_lines, flow, scalar
from schedule_catalog.pile_ups import pile_ups
from schedule_catalog.settings.commands import NAMESPACE
from schedule_client.contract.address import parse_url
from schedule_client.contract.errors import AddressError

if TYPE_CHECKING:
    from schedule_catalog.importing.job import Converted
    from schedule_catalog.importing.target import Targets

_BUILT_IN = "callback"
_PROXY_SECONDS, _ATTEMPTS, _CALLS = 60, 20, 100


def settings_of(entries: Sequence[Converted], targets: Targets, now: datetime) -> dict[str, Any]:
    """Return the settings of a stack that its proxy needs to make these calls."""
    found: dict[str, Any] = {}
    services: dict[str, str] = {}
    hosts: dict[str, list[str]] = {"hosts": [], "http_hosts": []}
    secrets: dict[str, dict[str, Any]] = {}
    clients: dict[str, dict[str, Any]] = {}
    seconds = attempts = 0
    for entry in entries:
        request = cast("Mapping[str, Any]", entry.values["request"])
        where, key = _where(request, hosts)
        if "service" in request and request["service"] != _BUILT_IN:
            services[request["service"]] = targets.base_of(request["service"])
        if where and (auth := cast("Mapping[str, str] | None", request.get("auth"))):
            bound = _bound(auth, secrets, clients, targets).setdefault(key, [])
            bound += [] if where in bound else [where]
        seconds = max(seconds, entry.values.get("timeout_seconds") or 0)
        retry = cast("Mapping[str, int]", entry.values.get("retry") or {})
        attempts = max(attempts, retry.get("max_attempts", 0))
    found |= {"services": services, **{name: sorted(set(each)) for name, each in hosts.items()}, "secrets": secrets}
    found["clients"] = clients
    if seconds > _PROXY_SECONDS:
        found["proxy"] = {"timeout_seconds": seconds}
    if attempts > _ATTEMPTS:
        found["retry"] = {"most_attempts": attempts}
    if (calls := _most_calls(entries, now)) > _CALLS:
        found["most_calls_per_minute"] = calls
    return {name: value for name, value in found.items() if value}


def settings_lines(settings: Mapping[str, Any]) -> list[str]:
    """Return the lines for a `Pulumi.STACK.yaml`."""
    lines = ["config:"] if settings else []
    for name, value in settings.items():
        lines.append(f"  {NAMESPACE}:{name}:")
        if isinstance(value, int):
            lines[-1] += f" {value}"
        elif isinstance(value, list):
            lines += [f"    - {scalar(each)}" for each in cast("list[str]", value)]
        else:
            members = cast("dict[str, Any]", value).items()
            lines += [f"    {scalar(key)}: {flow(each)}{_remark(each)}" for key, each in members]
    return lines


def _most_calls(entries: Sequence[Converted], now: datetime) -> int:
    """Number of entries that fire in the fullest minute, if a stack may not allow it by default."""
    if len(entries) <= _CALLS:
        return 0
    lines = [line for each in entries for line in entry_lines(each.name, each.values)]
    document = parse_document("\n".join(["owner: imported", "schedules:", *lines]).encode(), "import")
    found = check_documents([document], settings={}, calendars=UNREAD, now=now).entries
    return max((len(each.entries) for each in pile_ups(found, _CALLS, now)), default=0)


def _remark(value: Any) -> str:
    return "  # write its address" if isinstance(value, str) and value.endswith(".invalid") else ""


def _bound(
    auth: Mapping[str, str], secrets: dict[str, dict[str, Any]], clients: dict[str, dict[str, Any]], targets: Targets
) -> dict[str, Any]:
    """Settings of the secret or the client of a call, without its destination."""
    if "client" not in auth:
        return secrets.setdefault(auth["secret"], {})
    audience = targets.audience_of(auth["client"])
    known = {"type": auth["type"], **({"audience": audience} if audience else {})}
    return clients.setdefault(auth["client"], known)


def _where(request: Mapping[str, Any], hosts: dict[str, list[str]]) -> tuple[str, str]:
    """Destination of a request, and the key under which a secret is bound to it."""
    if "service" in request:
        return str(request["service"]), "services"
    try:
        address = parse_url(str(request["url"]))
    except AddressError:
        return "", "hosts"
    hosts["http_hosts" if address.scheme == "http" else "hosts"].append(address.netloc)
    return address.netloc, "hosts"
