"""Whether a run counts by its scheduled time: not where its entry's pause, its calendars or a freeze leave it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.errors import UnavailableError
from schedule_client.contract.origins import CATALOG
from schedule_client.contract.times import read_instant

if TYPE_CHECKING:
    from proxy.arrival import Arrival
    from schedule_client.contract.exclusions import LeftOut, UtcCalendar
    from schedule_client.contract.ledger import RunRecord
    from schedule_client.contract.proxy_settings import ProxySettings


class UnknownCalendarError(UnavailableError):
    """A calendar that this version of the proxy was not deployed with; the next one may know it."""

    def __init__(self, name: str) -> None:
        super().__init__("unknown-calendar", f'the proxy does not know the calendar "{name}": deploy the core stack')


def left_out(record: RunRecord, arrival: Arrival, settings: ProxySettings) -> LeftOut | None:
    """Return why the run of `record` is not made, or None; raises UnknownCalendarError.

    It is only for recurring runs of the catalog: retries continue, and so do runs that a person started. The check
    is repeated until an attempt has an outcome: an earlier one may have crashed, and the result stays the same.
    """
    run = arrival.run
    if run.series is None or run.schedule is None or run.origin != CATALOG or run.act is not None or record.attempt > 1:
        return None
    from schedule_client.contract.exclusions import Exclusions  # no other run needs it

    exclusions = Exclusions(
        paused_until=int(read_instant(run.series.paused_until).timestamp()) if run.series.paused_until else None,
        pause_reason=run.series.pause_reason,
        not_on=_calendars(run.series.not_on, settings),
        freezes=() if run.series.fires_in_freezes else _calendars(settings.freezes, settings),
    )
    return exclusions.left_out(int(run.schedule.due.timestamp()))


def _calendars(names: tuple[str, ...], settings: ProxySettings) -> tuple[UtcCalendar, ...]:
    for name in names:
        if name not in settings.calendars:
            raise UnknownCalendarError(name)
    return tuple(settings.calendars[name] for name in names)
