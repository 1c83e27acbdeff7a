"""Run-time pauses: which calls an operator holds back, until when and why.

They are one item of the ledger's table. The proxy compares them with the clock before each attempt, operations with
each schedule that they show. A pause ends by itself at its `until`; nothing has to remove it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast, get_args
from urllib.parse import unquote

from schedule_client.contract.address import join_path, parse_url
from schedule_client.contract.errors import AddressError, JsonError, PausesError
from schedule_client.contract.json_value import read_json
from schedule_client.contract.origins import ADHOC, CATALOG
from schedule_client.contract.records import asdict, field, frozen, replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schedule_client.contract.address import Address
    from schedule_client.contract.json_value import Json

Scope: TypeAlias = Literal["schedule", "owner", "application", "service", "all"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
PARTITION, CURRENT = "pauses", "current"
"""Key of the item: no run has this partition, as each begins with an origin and "#"."""
PAUSED, SUPERSEDED = "paused", "superseded"
"""Reasons of a run that a pause holds back, and of one that a newer run of its schedule replaces."""
SPREAD_SECONDS = 60
"""Time after the end of a pause in which its runs are called, the oldest first."""
LOOK_SECONDS = 300
"""Longest time after which a run that waits looks for an earlier end of its pause."""
AFTERMATH_SECONDS = 900
"""Time after the end of a service's pause in which runs that waited may still come back; it is stored for as long."""

_VERSION = 1
# Before the year 9988: a datetime has room for it in every time zone.
_END_OF_TIME = 253_000_000_000


@frozen(kw_only=True)
class Subject:
    """Facts about a call that a pause compares.

    arn: the schedule's; None without one.
    owner: as the event says it, which counts only for the catalog.
    path: below the base URL of `service`.
    services: base URL of each service that is known, so that a call belongs to every service below which it goes.
    """

    origin: str
    arn: str | None = None
    owner: str | None = None
    service: str | None = None
    path: str | None = None
    url: str | None = None
    services: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def name(self) -> str:
        """Name of the schedule."""
        return (self.arn or "").rpartition("/")[2]

    @property
    def address(self) -> Address | None:
        """Address that is called; None if it is unknown. Raises AddressError."""
        if self.url is not None:
            return parse_url(self.url)
        base = self.services.get(self.service or "")
        return join_path(parse_url(base), self.path) if base and self.path else None


@frozen(kw_only=True)
class RunTimePause:
    """One pause.

    name: the ARN of a schedule, or the name of an owner, an application or a service; empty for `all`.
    since, until: seconds since 1970; the first that is paused and the first that is not.
    by: the caller's ARN, as the command said it.
    prefix: of an application's schedules; those from before it had an origin are of the origin `adhoc`.
    resumed: True if it was ended before its time, whatever the clocks say; else None.
    """

    scope: Scope
    name: str
    since: int
    until: int
    reason: str
    by: str
    prefix: str | None = None
    resumed: bool | None = None

    @property
    def skips(self) -> bool:
        """Whether recurring runs in it are skipped; in the pause of a service they wait."""
        return self.scope != "service"

    @property
    def title(self) -> str:
        """Words for what is paused."""
        return "everything" if self.scope == "all" else f'the {self.scope} "{self.name.rpartition("/")[2]}"'

    @property
    def ends(self) -> datetime:
        """`until` as an instant in UTC."""
        return datetime.fromtimestamp(self.until, UTC)

    @property
    def message(self) -> str:
        """Sentence for a run in it."""
        return f"{self.title} is paused until {self.ends:%Y-%m-%d %H:%M:%S} UTC: {self.reason}"

    def covers(self, subject: Subject) -> bool:
        """Return whether it is about the calls of a subject."""
        if self.scope == "schedule":
            return subject.arn == self.name
        if self.scope == "owner":
            return subject.origin == CATALOG and subject.owner == self.name
        if self.scope == "application":
            return subject.origin == self.name or (subject.origin == ADHOC and self._was_of_application(subject))
        return self.scope == "all" or subject.service == self.name or _calls(subject, self.name)

    def due(self, scheduled: float) -> float:
        """Return when a run that waited for its end is called: within SPREAD_SECONDS, the oldest first."""
        share = (scheduled - self.since) / max(1, self.until - self.since)
        return self.until + SPREAD_SECONDS * min(1.0, max(0.0, share))

    def ended(self, now: float) -> RunTimePause:
        """Return this pause, ended now: also for a proxy whose clock is behind the operator's."""
        until = int(now)
        return replace(self, since=min(self.since, until), until=until, resumed=True)

    def holds(self, now: float) -> bool:
        """Return whether it has not ended (seconds since 1970)."""
        return now < self.until and not self.resumed

    def is_of(self, scope: Scope, name: str) -> bool:
        """Return whether it is the pause of this thing, of which there is at most one."""
        return (self.scope, self.name) == (scope, name)

    def _was_of_application(self, subject: Subject) -> bool:
        return bool(self.prefix) and subject.name.startswith(self.prefix or "")


@frozen
class Pauses:
    """All pauses of a stack; `version` counts the changes, and is 0 before the first."""

    version: int = 0
    pauses: tuple[RunTimePause, ...] = ()

    def current(self, now: float) -> tuple[RunTimePause, ...]:
        """Return those that have not ended (seconds since 1970)."""
        return tuple(pause for pause in self.pauses if pause.holds(now))

    def holding(self, subject: Subject, now: float) -> tuple[RunTimePause, ...]:
        """Return those that hold back a subject's calls now."""
        return tuple(pause for pause in self.current(now) if pause.covers(subject))

    def released(self, subject: Subject, now: float) -> bool:
        """Return whether runs of a subject may still be waiting for a pause that has ended."""
        return any(not pause.holds(now) and pause.covers(subject) for pause in self._remembered(now))

    def having(self, pause: RunTimePause, now: float) -> Pauses:
        """Return the next version with a pause, instead of an earlier one of the same thing."""
        others = (one for one in self._remembered(now) if not one.is_of(pause.scope, pause.name))
        return Pauses(self.version + 1, (*others, pause))

    def without(self, scope: Scope, name: str, now: float) -> Pauses:
        """Return the next version, in which the pause of a thing has ended."""
        others = tuple(one for one in self._remembered(now) if not one.is_of(scope, name))
        ended = (one.ended(now) for one in self.current(now) if one.is_of(scope, name) and not one.skips)
        return Pauses(self.version + 1, (*others, *ended))

    def _remembered(self, now: float) -> Iterator[RunTimePause]:
        """Those that have not ended, and for a while those whose runs waited."""
        return (one for one in self.pauses if now < one.until + (0 if one.skips else AFTERMATH_SECONDS))

    def to_item(self) -> dict[str, dict[str, str]]:
        """Return the item in DynamoDB's typed JSON."""
        document = {"v": _VERSION, "pauses": [pause_members(pause) for pause in self.pauses]}
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        version = {"N": str(self.version)}
        return {"pk": {"S": PARTITION}, "sk": {"S": CURRENT}, "version": version, "pauses": {"S": text}}

    @classmethod
    def from_item(cls, item: Mapping[str, Mapping[str, Any]] | None) -> Pauses:
        """Return the pauses of an item, none without one. Raises PausesError for what this version cannot read."""
        if item is None:
            return cls()
        try:
            document = cast("dict[str, Any]", read_json(str(item["pauses"]["S"])))
            if document["v"] != _VERSION:
                raise PausesError("the stored pauses are of a newer version: deploy the core stack")
            return cls(int(item["version"]["N"]), tuple(map(pause_of, document["pauses"])))
        except (JsonError, KeyError, TypeError, ValueError) as error:
            raise error if isinstance(error, PausesError) else PausesError("the stored pauses are unreadable") from None


def pause_members(pause: RunTimePause) -> dict[str, Json]:
    """Return the members of a stored pause."""
    return {name: value for name, value in asdict(pause).items() if value is not None}


def pause_of(stored: object) -> RunTimePause:
    """Return a stored pause; members of a newer version are ignored. Raises PausesError."""
    members = cast("dict[str, Any]", stored) if isinstance(stored, dict) else {}
    texts = {name: members.get(name) for name in ("name", "reason", "by")}
    times = {name: members.get(name) for name in ("since", "until")}
    scope, prefix = members.get("scope"), members.get("prefix")
    known = scope in SCOPES and all(isinstance(each, str) for each in texts.values()) and isinstance(prefix, str | None)
    if not known or any(type(each) is not int for each in times.values()):
        raise PausesError("a stored pause is unreadable")
    given: dict[str, Any] = {**texts, **times}
    if not 0 <= given["since"] <= given["until"] < _END_OF_TIME:
        raise PausesError("the times of a stored pause are not possible")
    resumed = True if members.get("resumed") is True else None
    return RunTimePause(scope=cast("Scope", scope), prefix=prefix, resumed=resumed, **given)


def _calls(subject: Subject, service: str) -> bool:
    """Whether a call goes to a service, whose base URL its address begins with."""
    if service not in subject.services:
        return False
    try:
        target, base = subject.address, parse_url(subject.services[service])
    except AddressError:
        return False  # the call is refused for it
    return target is not None and target.netloc == base.netloc and _read(target.path).startswith(_read(base.path))


def _read(path: str) -> str:
    """Path as a server may read it, with a "/" at its end: decoded, without parameters (";…") and empty segments."""
    while (decoded := unquote(path)) != path:
        path = decoded
    names = (segment.partition(";")[0] for segment in path.split("/"))
    return "/".join(("", *filter(None, names), ""))
