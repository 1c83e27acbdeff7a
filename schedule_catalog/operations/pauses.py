"""Run-time pauses of a stack: read, made and ended, with their history.

All pauses are one item of the ledger's table, which the proxy reads; each change is one more item beside it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

from schedule_catalog.operations.errors import PauseError
from schedule_catalog.operations.lookup import find_schedule
from schedule_catalog.operations.translation import asking, code_of, permitted
from schedule_catalog.wording import rfc3339, suggestion
from schedule_client.contract.errors import PausesError
from schedule_client.contract.ledger import REMEMBERED_DAYS
from schedule_client.contract.origins import ADHOC, CATALOG
from schedule_client.contract.pauses import (
    CURRENT,
    PARTITION,
    Pauses,
    RunTimePause,
    Scope,
    Subject,
    pause_members,
    pause_of,
)
from schedule_client.contract.times import read_instant

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from schedule_catalog.operations.access import ServiceClients
    from schedule_catalog.operations.deployed import Deployed
    from schedule_catalog.operations.schedules import FoundSchedule
    from schedule_catalog.operations.undelivered_call import UndeliveredCall

ActKind: TypeAlias = Literal["pause", "resume"]

LONGEST = timedelta(days=366)
"""Longest pause: it has to end by itself."""
LONGEST_REASON = 200
MOST_PAUSES = 50
"""Number of pauses at a time: the proxy reads them all."""
_CONTENDERS = 10
_ACT_SORT = "act#"


@dataclass(frozen=True, slots=True)
class PauseTarget:
    """Calls that are paused; `name` and `prefix` as in `RunTimePause`."""

    scope: Scope
    name: str = ""
    prefix: str | None = None


@dataclass(frozen=True, slots=True)
class PauseAct:
    """A pause that was made, or one that was ended before its time; `by` is the caller's ARN."""

    act: ActKind
    at: datetime
    by: str
    pause: RunTimePause


def caller(clients: ServiceClients) -> str:
    """Return the ARN of the person or role that the credentials belong to; it needs no permission."""
    with asking("sts:GetCallerIdentity", "the credentials"):
        return str(clients.client("sts").get_caller_identity()["Arn"])


def pause_target(stack: Deployed, scope: Scope, name: str = "", known: Collection[str] = ()) -> PauseTarget:
    """Return what a person means by a name.

    known: the stack's owners or services, whichever is meant; without any, the name is taken as it is.
    Raises PauseError for an unknown name, NotRunnableError for an unknown schedule.
    """
    if scope == "all":
        return PauseTarget(scope)
    if scope == "schedule":
        return PauseTarget(scope, find_schedule(stack, name).arn)
    applications = {**stack.manifest.prefixes, ADHOC: ""}
    names = applications if scope == "application" else known
    if names and name not in names:
        raise PauseError(f'the stack "{stack.manifest.stack}" has no {scope} "{name}": {suggestion(name, names)}')
    return PauseTarget(scope, name, applications.get(name) or None if scope == "application" else None)


def read_pauses(stack: Deployed) -> Pauses:
    """Return the stored pauses, including those that have ended; none in a stack without a ledger."""
    if stack.manifest.ledger_table is None:
        return Pauses()
    table = stack.ledger
    key = {"pk": {"S": PARTITION}, "sk": {"S": CURRENT}}
    with asking("dynamodb:GetItem", table):
        found = stack.clients.client("dynamodb").get_item(TableName=table, Key=key, ConsistentRead=True)
    try:
        return Pauses.from_item(found.get("Item"))
    except PausesError as error:
        raise PauseError(str(error)) from error


def permitted_pauses(stack: Deployed) -> Pauses | None:
    """Return the stored pauses; None without the permission to read them."""
    return permitted(lambda: read_pauses(stack))


def current_target(stack: Deployed, scope: Scope, name: str, now: datetime) -> PauseTarget | None:
    """Return what a current pause is about, which need not exist any more; None if no pause has this name.

    name: of a schedule, its ARN or the last part of it. Raises PauseError if two paused schedules have it.
    """
    found = [
        one
        for one in read_pauses(stack).current(now.timestamp())
        if one.scope == scope and name in (one.name, *((one.name.rpartition("/")[2],) if scope == "schedule" else ()))
    ]
    if len(found) > 1:
        raise PauseError(
            f'{len(found)} paused schedules are named "{name}": specify {", or ".join(one.name for one in found)}'
        )
    return PauseTarget(found[0].scope, found[0].name, found[0].prefix) if found else None


def planned_pause(
    stack: Deployed, target: PauseTarget, until: datetime, reason: str, by: str, now: datetime
) -> RunTimePause:
    """Return the pause that `pause` would make; raises the same errors."""
    _ = stack.ledger  # which it needs
    return _next_pause(read_pauses(stack), target, until, reason, by, now)


def pause(stack: Deployed, target: PauseTarget, until: datetime, reason: str, by: str, now: datetime) -> RunTimePause:
    """Pause calls until an instant, and return the pause; one of the same thing changes, and keeps its start.

    It takes effect within ten seconds. Raises PauseError, LedgerOffError without a run ledger.
    """

    def made(known: Pauses) -> RunTimePause:
        return _next_pause(known, target, until, reason, by, now)

    return _changed(stack, "pause", made, lambda known, one: known.having(one, now.timestamp()), by, now)


def resume(stack: Deployed, target: PauseTarget, by: str, now: datetime) -> RunTimePause:
    """End a pause before its time, and return it.

    New runs are called within ten seconds, those that wait within five minutes. Raises PauseError if there is none.
    """

    def ended(known: Pauses) -> RunTimePause:
        there = _there(known, target, now)
        if there is None:
            current = [one.title for one in known.current(now.timestamp())]
            also = f"; paused: {', '.join(current)}" if current else ""
            wanted = RunTimePause(scope=target.scope, name=target.name, since=0, until=0, reason="", by="")
            raise PauseError(f"{wanted.title} has no pause to end{also}")
        return there

    return _changed(
        stack, "resume", ended, lambda known, one: known.without(one.scope, one.name, now.timestamp()), by, now
    )


def pause_acts(stack: Deployed, most: int = 100) -> tuple[PauseAct, ...]:
    """Return what was paused and resumed, the newest first; the ledger keeps it as long as runs."""
    table = stack.ledger
    with asking("dynamodb:Query", table):
        page = stack.clients.client("dynamodb").query(
            TableName=table,
            KeyConditionExpression="pk = :p AND begins_with(sk, :k)",
            ExpressionAttributeValues={":p": {"S": PARTITION}, ":k": {"S": _ACT_SORT}},
            ScanIndexForward=False,
            Limit=most,
        )
    return tuple(map(_act, page["Items"]))


def subject_of(stack: Deployed, schedule: FoundSchedule, services: Mapping[str, str] | None = None) -> Subject:
    """Return what a pause compares of a deployed schedule; `services` are their base URLs, if known."""
    origin = stack.origin_of(schedule.group, schedule.name) or CATALOG
    return _subject(origin, schedule.arn, schedule.event, services)


def subject_of_call(call: UndeliveredCall, services: Mapping[str, str] | None = None) -> Subject:
    """Return what a pause compares of an undelivered call."""
    return _subject(call.origin or ADHOC, call.arn, call.event or {}, services)


def notes_on_call(
    stack: Deployed, schedule: FoundSchedule, services: Mapping[str, str], now: datetime
) -> Iterator[str]:
    """Yield lines about the pauses that hold a schedule's calls; a person's call of the catalog is made in them."""
    pauses = permitted_pauses(stack) or Pauses()
    in_catalog = schedule.group == stack.manifest.catalog_group
    for one in pauses.holding(subject_of(stack, schedule, services), now.timestamp()):
        yield one.message
        yield "this call is made all the same" if in_catalog else "the call waits until the pause ends"


def notes_on_replay(
    stack: Deployed, calls: Sequence[UndeliveredCall], services: Mapping[str, str], now: datetime
) -> Iterator[str]:
    """Yield a line for each pause that holds some of these calls: a replay waits for its end."""
    for one in (permitted_pauses(stack) or Pauses()).current(now.timestamp()):
        held = sum(one.covers(subject_of_call(call, services)) for call in calls)
        if held:
            yield f"{one.message}: {held} of these will wait"


def _subject(origin: str, arn: str | None, event: Mapping[str, object], services: Mapping[str, str] | None) -> Subject:
    texts = {name: value for name, value in event.items() if isinstance(value, str)}
    return Subject(
        origin=origin,
        arn=arn,
        owner=texts.get("owner"),
        service=texts.get("service"),
        path=texts.get("path"),
        url=texts.get("target_url"),
        services=services or {},
    )


def _mistake(until: datetime, reason: str, now: datetime) -> str | None:
    if until <= now:
        return f"the end of the pause, {rfc3339(until)}, has passed"
    if until - now > LONGEST:
        return f"a pause lasts at most {LONGEST.days} days: pause again when it ends"
    if not reason.strip() or not reason.isprintable() or len(reason) > LONGEST_REASON:
        return f"the reason of a pause is a line of 1 to {LONGEST_REASON} characters"
    return None


def _next_pause(
    known: Pauses, target: PauseTarget, until: datetime, reason: str, by: str, now: datetime
) -> RunTimePause:
    mistake = _mistake(until, reason, now)
    if mistake:
        raise PauseError(mistake)
    there = _there(known, target, now)
    if there is None and len(known.current(now.timestamp())) >= MOST_PAUSES:
        raise PauseError(f"{MOST_PAUSES} pauses are the most at a time: end one, or pause more at once")
    return RunTimePause(
        scope=target.scope,
        name=target.name,
        since=there.since if there else int(now.timestamp()),
        until=int(until.timestamp()),
        reason=reason,
        by=by,
        prefix=target.prefix,
    )


def _there(known: Pauses, target: PauseTarget, now: datetime) -> RunTimePause | None:
    current = known.current(now.timestamp())
    return next((one for one in current if one.is_of(target.scope, target.name)), None)


def _changed(
    stack: Deployed,
    act: ActKind,
    chosen: Callable[[Pauses], RunTimePause],
    next_version: Callable[[Pauses, RunTimePause], Pauses],
    by: str,
    now: datetime,
) -> RunTimePause:
    """Write the next version and its act together, if nobody else has changed the pauses since they were read."""
    table = stack.ledger
    for _ in range(_CONTENDERS):
        known = read_pauses(stack)
        one = chosen(known)
        following = next_version(known, one)
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
        if known.version:
            values = {":version": {"N": str(known.version)}}
            condition = {"ConditionExpression": "version = :version", "ExpressionAttributeValues": values}
        writes = [
            {"Put": {"TableName": table, "Item": following.to_item(), **condition}},
            {"Put": {"TableName": table, "Item": _act_item(act, following.version, one, by, now)}},
        ]
        with asking("dynamodb:PutItem", table):
            try:
                stack.clients.client("dynamodb").transact_write_items(TransactItems=writes)
            except Exception as error:
                if code_of(error) not in ("TransactionCanceledException", "TransactionConflictException"):
                    raise
                continue
        return one
    raise PauseError("the pauses were changed by others again and again: try again")


def _act_item(act: ActKind, version: int, one: RunTimePause, by: str, now: datetime) -> dict[str, dict[str, str]]:
    return {
        "pk": {"S": PARTITION},
        "sk": {"S": f"{_ACT_SORT}{version:012}"},
        "act": {"S": act},
        "at": {"S": rfc3339(now)},
        "by": {"S": by},
        "pause": {"S": json.dumps(pause_members(one), ensure_ascii=False)},
        "expires": {"N": str(max(int(now.timestamp()), one.until) + REMEMBERED_DAYS * 86_400)},
    }


def _act(item: Mapping[str, Mapping[str, str]]) -> PauseAct:
    texts = {name: value["S"] for name, value in item.items() if "S" in value}
    try:
        return PauseAct(
            cast("ActKind", texts["act"]),
            read_instant(texts["at"]).astimezone(UTC),
            texts["by"],
            pause_of(json.loads(texts["pause"])),
        )
    except (KeyError, ValueError) as error:
        raise PauseError("the history of the pauses is unreadable: update the command") from error
