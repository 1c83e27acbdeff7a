"""Timing of an entry: the only place where expression, zone, bounds and state count together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain, islice
from typing import Literal

from schedule_catalog.expressions import At, Expression, Rate, count_fires, cron_of_rate, fires, instants, parse
from schedule_catalog.minutes_of_day import YEAR, at_minute, minutes_of_day
from schedule_client.contract.exclusions import Exclusions, LeftOut, UtcCalendar
from schedule_client.contract.records import frozen, replace

FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 3, tzinfo=UTC)
"""All fires of every expression, in any zone, are between these two instants."""

TIMES = ("start", "end")
"""Fields with local times, named like their keys in a file."""

PERIOD = (*TIMES, "pause")
"""The keys that say between which local times a recurring entry fires."""

Spans = tuple[tuple[datetime, datetime], ...]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


@frozen
class Pause:
    """The local time, or aware instant, at which an entry fires again, and why it does not until then."""

    until: datetime
    reason: str


@frozen(kw_only=True)
class Timing:
    """All facts that decide when an entry fires; equal timings have equal fires.

    Everything that keeps an entry from firing is a field of this class and counts in `spans`, or in `off` if it does
    not depend on the time. All other answers follow from these two, so a subclass that overrides one of them changes
    every view.

    expression: EventBridge Scheduler's text: `cron(…)`, `rate(…)` or `at(…)`.
    start, end: local times of `timezone`, or aware instants; `start` counts, `end` is the first instant that does not.
    pause: its `until` is a time like these, and the first that counts again.
    not_on: the entry's calendars; freezes: those in which no entry of the stack fires. Neither is for a single fire.
    """

    expression: str
    timezone: str
    enabled: bool
    start: datetime | None
    end: datetime | None
    flexible_window_minutes: int | None
    pause: Pause | None
    not_on: tuple[UtcCalendar, ...]
    freezes: tuple[UtcCalendar, ...]

    @classmethod
    def of(cls, expression: str, timezone: str = "UTC") -> Timing:
        """Return the timing of an expression without anything that keeps it from firing."""
        return cls(
            expression=expression,
            timezone=timezone,
            enabled=True,
            start=None,
            end=None,
            flexible_window_minutes=None,
            pause=None,
            not_on=(),
            freezes=(),
        )

    # Obstacles to firing

    @property
    def off(self) -> str | None:
        """Word for the reason why it never fires; None if it may fire."""
        return None if self.enabled else "disabled"

    def spans(self, start: datetime, end: datetime) -> Spans:
        """Return the parts of [start, end) in which its fires count, in order."""
        if self.off:
            return ()
        starts, ends = self.starts, self.ends
        first = max(start, starts) if starts else start
        last = min(end, ends) if ends else end
        if first >= last:
            return ()
        return tuple(self._open(first, last)) if self.is_left_out else ((first, last),)

    @property
    def is_left_out(self) -> bool:
        """Whether a pause, a calendar or a freeze leaves out some of its fires, or did."""
        return bool(self.pause or self.not_on or self.freezes)

    @property
    def exclusions(self) -> Exclusions:
        """The pause, the calendars and the freezes, as the proxy asks them too."""
        resumes = self.resumes
        return Exclusions(
            paused_until=_seconds(resumes) if resumes else None,
            pause_reason=self.pause.reason if self.pause else "",
            not_on=self.not_on,
            freezes=self.freezes,
        )

    def left_out(
        self, start: datetime, end: datetime, anchor: datetime | None = None
    ) -> Iterator[tuple[datetime, LeftOut]]:
        """Yield the fires in [start, end) that do not count, which would without pause, calendars and freezes."""
        if self.is_left_out:
            exclusions = self.exclusions
            for fire in self._without_exclusions().fires(start, end, anchor):
                why = exclusions.left_out(_seconds(fire))
                if why:
                    yield fire, why

    # Fires

    def fires(self, start: datetime, end: datetime, anchor: datetime | None = None) -> Iterator[datetime]:
        """Return the fires in [start, end), in order, as aware UTC datetimes.

        anchor: first fire of a rate that `counts_from_deployment` at *start*; by default *start*.
        """
        anchor = self.anchor(start, anchor)
        return chain.from_iterable(
            fires(self.expression, self.timezone, *span, anchor) for span in self.spans(start, end)
        )

    def count(self, start: datetime, end: datetime, anchor: datetime | None = None) -> int:
        """Return the number of `fires`, without listing them."""
        anchor = self.anchor(start, anchor)
        return sum(count_fires(self.expression, self.timezone, *span, anchor) for span in self.spans(start, end))

    def upcoming(self, start: datetime, count: int) -> tuple[datetime, ...]:
        """Return the first *count* fires from *start* on; fewer if there are no more."""
        return tuple(islice(self.fires(start, LAST), count))

    def counts(self, instant: datetime) -> bool:
        """Return whether a fire at this instant would count."""
        return bool(self.spans(instant, instant + timedelta.resolution))

    # Kind of timing

    @property
    def parsed(self) -> Expression:
        """Parsed expression."""
        return parse(self.expression)

    @property
    def kind(self) -> Literal["cron", "rate", "at"]:
        """Kind of the expression, one of EventBridge Scheduler's three."""
        return self.parsed.kind

    @property
    def fires_once(self) -> bool:
        """Whether it has a single fire, at a given time."""
        return isinstance(self.parsed, At)

    @property
    def interval(self) -> timedelta | None:
        """Time between two fires of a rate; None for other kinds."""
        parsed = self.parsed
        return parsed.interval if isinstance(parsed, Rate) else None

    @property
    def anchored_cron(self) -> str | None:
        """Cron that fires in UTC as a rate does from its `start` on; None if there is no such cron."""
        starts, interval = self.starts, self.interval
        return cron_of_rate(interval, starts) if starts and interval else None

    @property
    def free_interval(self) -> timedelta | None:
        """Interval of a rate whose fires only its deployment decides, unless it has a future `start`."""
        interval = self.interval
        return interval if interval and not self.anchored_cron else None

    def counts_from_deployment(self, now: datetime) -> bool:
        """Return whether its fires count from a deployment after *now*, so that they are unknown before."""
        return self.free_interval is not None and _to_come(self.starts, now) is None

    @property
    def window(self) -> timedelta:
        """Longest delay of a fire after its time."""
        return timedelta(minutes=self.flexible_window_minutes or 0)

    # Bounds

    @property
    def starts(self) -> datetime | None:
        """First instant (UTC) at which it may fire."""
        return self._instant(self.start)

    @property
    def resumes(self) -> datetime | None:
        """The first instant (UTC) after its pause."""
        return self._instant(self.pause.until) if self.pause else None

    @property
    def opens(self) -> datetime | None:
        """The first instant (UTC) at which it may fire: `starts`, or later the end of its pause."""
        return max((each for each in (self.starts, self.resumes) if each), default=None)

    @property
    def ends(self) -> datetime | None:
        """First instant (UTC) at which it no longer fires; None for a single fire, which has no end."""
        return self._instant(self.end)

    @property
    def last(self) -> datetime | None:
        """Local time of the single fire, or of the end of a recurring timing."""
        parsed = self.parsed
        return parsed.wall if isinstance(parsed, At) else self.end

    @property
    def expires(self) -> datetime | None:
        """Instant (UTC) of `last`."""
        return self._instant(self.last)

    def begins(self, now: datetime) -> datetime | None:
        """Return the first instant at which it may fire, if that is in the future."""
        return _to_come(self.opens, now)

    def is_paused(self, now: datetime) -> bool:
        """Return whether its pause has not ended."""
        return _to_come(self.resumes, now) is not None

    def expired(self, now: datetime) -> bool:
        """Return whether its single fire was due, or its end has passed."""
        expires = self.expires
        return expires is not None and expires <= now

    def is_over(self, now: datetime, age: timedelta) -> bool:
        """Return whether it has no future fire or retry; a single fire has a window and the *age* of retries."""
        expires = self.expires
        return expires is not None and expires <= (now - self.window - age if self.fires_once else now)

    # Effect of the next deployment

    def sent(self) -> Timing:
        """Return the timing as EventBridge Scheduler receives it: when it invokes the proxy.

        A rate with a `start` is sent as a cron if one has its fires: unlike a rate, a cron keeps its fires when its
        schedule is updated after the start, which is then no longer sent. A pause of a cron is sent as a later start.
        The proxy skips what calendars, freezes and the `unsent_pause` of a rate leave out.
        """
        plain, cron = self._without_exclusions(), self.anchored_cron
        if cron:
            return replace(plain, expression=cron, timezone="UTC", start=self.opens, end=self.ends)
        return replace(plain, start=self.opens) if self.pause and not self.unsent_pause else plain

    @property
    def unsent_pause(self) -> Pause | None:
        """The pause of a rate that is sent as such: it counts its intervals from its start, which must not move."""
        return self.pause if self.free_interval else None

    def begun(self, now: datetime) -> bool:
        """Tell whether EventBridge Scheduler was sent a first instant, and that has passed."""
        starts = self.sent().starts
        return starts is not None and starts <= now

    def without_calendars(self) -> Timing:
        """Return the timing without what calendars and freezes leave out."""
        return replace(self, not_on=(), freezes=())

    def leaving_out_like(self, wanted: Timing) -> Timing:
        """Return the timing, as AWS has it, without the fires that the proxy skips because of the *wanted* one."""
        resumes = wanted.resumes
        pause = Pause(resumes, wanted.pause.reason) if resumes and wanted.pause else None
        return replace(self, pause=pause, not_on=wanted.not_on, freezes=wanted.freezes)

    def fires_at_creation(self, now: datetime) -> bool:
        """Return whether a schedule that is created now fires at once because of its interval."""
        return self.counts_from_deployment(now) and self.counts(now)

    def pending(self, now: datetime) -> datetime | None:
        """Return the instant of a single fire in the future."""
        due = self.expires if self.fires_once else None
        return due if due and due > now and self.counts(due) else None

    def promised_interval(self, now: datetime) -> timedelta | None:
        """Return the interval of a rate of which the proxy is invoked from now on, without an end."""
        return self.interval if self.sent().spans(now, LAST) == ((now, LAST),) else None

    def unbounded(self) -> Timing:
        """Return the timing of the expression without bounds and obstacles."""
        return Timing.of(self.expression, self.timezone)

    def as_written(self) -> Timing:
        """Return the timing as a file says it, whatever is in the calendars that it names."""
        return replace(self, not_on=tuple(UtcCalendar(each.name, ()) for each in self.not_on), freezes=())

    def switched_on(self) -> Timing:
        """Return the timing as if `enabled`."""
        return replace(self, enabled=True)

    # Minutes of the day

    def minutes_of_day(self, now: datetime) -> tuple[int, ...]:
        """Return the minutes of the UTC day in which it may fire in the year from *now*.

        Empty if its minute is unknown: with a flexible window, or when it counts from a deployment.
        """
        if self.flexible_window_minutes or self.free_interval or not self.spans(now, now + YEAR):
            return ()
        return minutes_of_day(self.parsed, self.timezone, self.starts, now)

    def at_minute(self, minute: int, now: datetime) -> Iterator[Timing]:
        """Yield timings that together fire as this one does at that minute of the UTC day, and possibly at others."""
        for expression in at_minute(self.parsed, self.timezone, minute, now):
            yield replace(self, expression=expression)

    def _without_exclusions(self) -> Timing:
        return replace(self, pause=None, not_on=(), freezes=())

    def anchor(self, start: datetime, deployed: datetime | None = None) -> datetime:
        """Return the instant from which a rate counts that is *deployed* then, by default at *start*."""
        known = None if self.counts_from_deployment(start) else self.starts
        return known or deployed or start

    def _open(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Parts of [start, end) outside of pause, calendars and freezes."""
        at = start
        for since, until in self.exclusions.gaps(_seconds(start), -(-(end - _EPOCH) // _SECOND)):
            if at < (closes := _EPOCH + since * _SECOND):
                yield at, closes
            at = max(at, _EPOCH + until * _SECOND)
        if at < end:
            yield at, end

    def _instant(self, time: datetime | None) -> datetime | None:
        """UTC of a local time; a checked entry has none in a gap or a repeat."""
        if time is None or time.tzinfo is not None:
            return time and time.astimezone(UTC)
        return instants(time, self.timezone)[0]


def _seconds(instant: datetime) -> int:
    return (instant - _EPOCH) // _SECOND


def _to_come(instant: datetime | None, now: datetime) -> datetime | None:
    return instant if instant and instant > now else None
