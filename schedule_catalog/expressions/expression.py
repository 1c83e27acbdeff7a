"""Results of `parse`: one frozen class for each of EventBridge Scheduler's three kinds of expression."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar, Literal, NamedTuple

from schedule_client.contract.records import field, frozen

if TYPE_CHECKING:
    from schedule_catalog.expressions.days import Days
    from schedule_catalog.expressions.fields import DayField, Note, Values

FIRST_YEAR = 1970
LAST_YEAR = 2199
DAY = timedelta(days=1)


class CronFields(NamedTuple):
    """Six fields, in AWS's order."""

    minutes: Values
    hours: Values
    day_of_month: DayField
    months: Values
    day_of_week: DayField
    years: Values


@frozen
class Cron:
    """`cron(minutes hours day-of-month month day-of-week year)`, in the wall time of a zone."""

    kind: ClassVar[Literal["cron"]] = "cron"
    text: str
    fields: CronFields = field(compare=False, repr=False)
    days: Days = field(compare=False, repr=False)
    """Selection of the one day field that is not `?`."""

    @property
    def undocumented(self) -> tuple[Note, ...]:
        """Interpretations that AWS's pages leave open: (column in the text, the choice of this package)."""
        return tuple((column + offset, remark) for column, each in self._columns() for offset, remark in each.notes)

    @property
    def shortest_gap(self) -> timedelta:
        """Lower bound of the wall time between two fires, known without a clock."""
        return _shortest_gap(self.fields.minutes, self.fields.hours)

    def _columns(self) -> Iterator[tuple[int, Values | DayField]]:
        column = len("cron(") + 1
        for each in self.fields:
            yield column, each
            column += len(each.text) + 1


@frozen
class Rate:
    """`rate(value unit)`: an interval of minutes, hours or days of 24 hours; time zones do not affect it."""

    kind: ClassVar[Literal["rate"]] = "rate"
    undocumented: ClassVar[tuple[Note, ...]] = ()
    text: str
    interval: timedelta

    @property
    def shortest_gap(self) -> timedelta:
        """Interval of the rate."""
        return self.interval


@frozen
class At:
    """`at(yyyy-mm-ddThh:mm:ss)`: one fire; the precision is a minute, so the seconds count as 00."""

    kind: ClassVar[Literal["at"]] = "at"
    undocumented: ClassVar[tuple[Note, ...]] = ()
    shortest_gap: ClassVar[None] = None
    text: str
    wall: datetime
    """Local time, naive, in whole minutes."""


Expression = Cron | Rate | At


@lru_cache(4096)
def _shortest_gap(minutes: Values, hours: Values) -> timedelta:
    times = [60 * hour + minute for hour in hours.values for minute in minutes.values]
    gaps = [after - before for before, after in pairwise(times)]
    return min(timedelta(minutes=min([*gaps, 1440 + times[0] - times[-1]])), DAY)
