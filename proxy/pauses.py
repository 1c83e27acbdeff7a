"""Run-time pauses: read from the ledger's table every few seconds, and asked before each attempt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.arrival import LONGEST_AGE_SECONDS
from proxy.aws import error_code
from proxy.ledger import LedgerError
from proxy.settlement import has_begun
from schedule_client.contract.errors import PausesError
from schedule_client.contract.origins import CATALOG
from schedule_client.contract.pauses import CURRENT, LOOK_SECONDS, PARTITION, SPREAD_SECONDS, Pauses, Subject
from schedule_client.contract.records import frozen

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from proxy.arrival import Arrival
    from proxy.aws import Aws
    from schedule_client.contract.ledger import RunRecord
    from schedule_client.contract.pauses import RunTimePause
    from schedule_client.contract.proxy_settings import ProxySettings

# No attempt starts later than ten seconds after a pause was made; two are left for the steps from here to the call.
FRESH_SECONDS = 8.0
# The clocks of AWS differ by less.
_AHEAD_SECONDS = 60.0
# A queue may bring a message so much later than it was asked to.
_LATE_SECONDS = 30.0


class StoredPauses:
    """Pauses in the ledger's table, as they were up to FRESH_SECONDS ago; `now` is the wall clock.

    Lambda may freeze a process between two invocations, which stops other clocks.
    """

    def __init__(self, table: str, aws: Aws, now: Callable[[], datetime]) -> None:
        self._table, self._aws, self._now = table, aws, now
        self._read_at = float("-inf")
        self._known = Pauses()

    def __call__(self) -> Pauses:
        """Return the pauses. Raises LedgerError if they are unknown: then no call is made."""
        now = self._now().timestamp()
        if not 0 <= now - self._read_at < FRESH_SECONDS:
            self._known, self._read_at = self._stored(), now
        return self._known

    def _stored(self) -> Pauses:
        key = {"pk": {"S": PARTITION}, "sk": {"S": CURRENT}}
        try:
            answer = self._aws("dynamodb", "GetItem", {"TableName": self._table, "Key": key, "ConsistentRead": True})
            return Pauses.from_item(answer.get("Item"))
        except PausesError as error:
            raise LedgerError(str(error)) from None
        except Exception as error:
            raise LedgerError(f"the pauses cannot be read: {error_code(error) or 'no response'}") from None


@frozen
class Hold:
    """Pauses that hold a run back: `skipped_by` one of them if it is skipped, else it waits for `last` to end.

    yields: whether it makes way for a newer run of its schedule.
    """

    last: RunTimePause
    skipped_by: RunTimePause | None
    yields: bool


def hold(
    record: RunRecord, arrival: Arrival, pauses: Callable[[], Pauses], settings: ProxySettings, now: float
) -> Hold | None:
    """Return what holds back the run of `record` now; None if it may be called. Raises LedgerError.

    Only a person's call of a schedule of the catalog is made in a pause: an application writes its events itself, and
    could mark all of them.
    """
    if arrival.is_awaited and arrival.run.origin == CATALOG:
        return None
    found = pauses().holding(_subject(arrival, settings), now)
    if not found:
        return None
    recurs = may_yield(arrival)
    skipped_by = next((pause for pause in found if pause.skips), None) if recurs and not has_begun(record) else None
    yields = _may_replace(arrival, now) and not all(pause.skips for pause in found)
    return Hold(max(found, key=lambda pause: pause.until), skipped_by, yields)


def overtakes(arrival: Arrival, pauses: Callable[[], Pauses], settings: ProxySettings, now: float) -> bool:
    """Return whether older runs of its schedule, which waited for a pause, may come after this one."""
    return _may_replace(arrival, now) and pauses().released(_subject(arrival, settings), now)


def may_yield(arrival: Arrival) -> bool:
    """Return whether a run is one of many of its schedule, and no person asked for it."""
    return arrival.run.series is not None and arrival.run.act is None


def _may_replace(arrival: Arrival, now: float) -> bool:
    """Whether older runs of its schedule may make way for it.

    An application writes the times of its runs itself: one far ahead would replace all runs of another's schedule.
    """
    schedule = arrival.run.schedule
    return may_yield(arrival) and schedule is not None and schedule.due.timestamp() <= now + _AHEAD_SECONDS


def _subject(arrival: Arrival, settings: ProxySettings) -> Subject:
    run = arrival.run
    return Subject(
        origin=run.origin,
        arn=run.schedule.arn if run.schedule else None,
        owner=run.request.owner,
        service=run.request.service,
        path=run.request.path,
        url=run.request.url,
        services=settings.services,
    )


def next_look(due: float, arrival: Arrival, now: float) -> float:
    """Return when a run that waits for a pause comes back: every few minutes, as the pause may end early.

    None comes back between the end of the pause and its own turn: it would be called at once.
    """
    look = now + LOOK_SECONDS
    if look >= due:
        look = due
    elif look > due - SPREAD_SECONDS:
        look = due - SPREAD_SECONDS - _LATE_SECONDS
    return min(look, arrival.since + LONGEST_AGE_SECONDS)
