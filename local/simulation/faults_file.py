"""The YAML file that says what goes wrong in a simulation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, cast

from local.simulation.faults import UNANSWERED, Faults, Outage
from schedule_catalog.errors import os_reason
from schedule_catalog.utc_time import utc_time

if TYPE_CHECKING:
    from pathlib import Path

_SHARES = ("duplicates", "kills", "lost_answers")
_SERVICES = ("sqs", "dynamodb")
_KEYS = ("failures", "duplicates", "kills", "throttles", "lost_answers", "outages")


class FaultsError(ValueError):
    """A file of faults that cannot be used; each of `mistakes` says where, what and what instead."""

    def __init__(self, path: Path, mistakes: list[str]) -> None:
        super().__init__("\n".join(f"{path}: {mistake}" for mistake in mistakes))
        self.mistakes = mistakes


def read_faults(path: Path) -> Faults:
    """The faults of a file. Raises FaultsError with every mistake."""
    import yaml

    try:
        found: object = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise FaultsError(path, [f"it cannot be read: {os_reason(error)}"]) from None
    except (UnicodeError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark else ""
        raise FaultsError(path, [f"it is not valid YAML{where}"]) from None
    if found is None:
        return Faults()
    if not isinstance(found, dict):
        raise FaultsError(path, [f"it has to be a mapping with some of {', '.join(_KEYS)}"])
    members = cast("dict[object, Any]", found)
    if mistakes := list(_mistakes(members)):
        raise FaultsError(path, mistakes)
    return _faults(members)


def parse_instant(value: object) -> datetime | None:
    """A time as ISO 8601 writes it, of UTC where it names no zone; None for anything else."""
    if isinstance(value, str):
        try:
            return utc_time(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day, tzinfo=UTC) if isinstance(value, date) else None
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _faults(members: Mapping[Any, Any]) -> Faults:
    return Faults(
        failures={str(kind): float(share) for kind, share in _table(members.get("failures")).items()},
        throttles={service: float(share) for service, share in _table(members.get("throttles")).items()},
        outages=tuple(map(_outage, _list(members.get("outages")))),
        **{name: float(members[name]) for name in _SHARES if name in members},
    )


def _outage(one: Mapping[str, Any]) -> Outage:
    begin, end = (cast("datetime", parse_instant(one[name])).timestamp() for name in ("from", "to"))
    return Outage(one["host"], begin, end)


def _mistakes(members: Mapping[object, Any]) -> Iterator[str]:
    for key in members:
        if key not in _KEYS:
            yield f'"{key}" is not known: write {", ".join(_KEYS)}'
    for name in _SHARES:
        if name in members and not _is_share(members[name]):
            yield _no_share(f'"{name}"')
    yield from _failure_mistakes(members.get("failures"))
    yield from _table_mistakes("throttles", members.get("throttles"), _SERVICES.__contains__, " or ".join(_SERVICES))
    for number, one in enumerate(_list(members.get("outages")), 1):
        yield from _outage_mistakes(number, one)


def _failure_mistakes(failures: Any) -> Iterator[str]:
    known = f"an HTTP status from 300 to 599, {', '.join(UNANSWERED)}"
    mistakes = list(_table_mistakes("failures", failures, _is_failure, known))
    yield from mistakes
    if not mistakes and (together := sum(_table(failures).values())) > 1:
        yield f'"failures" are shares of all calls, and together {together:g}: at most 1'


def _table_mistakes(name: str, table: Any, known: Callable[[Any], bool], choices: str) -> Iterator[str]:
    if table is not None and not isinstance(table, dict):
        yield f'"{name}" has to be a mapping from {choices} to shares'
        return
    for key, share in _table(table).items():
        if not known(key):
            yield f'"{key}" in "{name}" is not known: write {choices}'
        elif not _is_share(share):
            yield _no_share(f'"{key}" in "{name}"')


def _outage_mistakes(number: int, one: object) -> Iterator[str]:
    members = _table(one)
    if set(members) != {"host", "from", "to"}:
        yield f'"outages" has to be a list of {{host: HOST, from: TIME, to: TIME}}: see number {number}'
        return
    begin, end = parse_instant(members["from"]), parse_instant(members["to"])
    if not isinstance(members["host"], str):
        yield f'"host" of outage {number} has to be a host as it stands in a URL'
    if begin is None or end is None or begin >= end:
        yield f'outage {number} has to go "from" a time "to" a later one, like 2027-01-05T08:00:00Z'


def _table(value: Any) -> dict[Any, Any]:
    return cast("dict[Any, Any]", value) if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    if value is None:
        return []
    return cast("list[Any]", value) if isinstance(value, list) else [value]


def _is_failure(key: object) -> bool:
    return key in UNANSWERED or re.fullmatch(r"[345]\d\d", str(key)) is not None


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _no_share(what: str) -> str:
    return f"{what} is a share from 0 to 1, like 0.05"
