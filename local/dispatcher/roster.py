"""The schedules that are followed, how far each has come, and the runs that fall due."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from local.dispatcher.errors import EvaluationError
from local.dispatcher.notice import Notice, NoticeKind
from local.dispatcher.occurrence import MOST_COUNTED, MissedFires, due, first_cursor, next_fire
from local.dispatcher.run import Run, Track

if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from datetime import datetime

    from local.dispatcher.interfaces import Notify, Snapshot
    from local.dispatcher.journal import Journal
    from local.dispatcher.schedule import Handover, Schedule

# What an expression that slipped through every check may still raise; one schedule's fault stops no other.
FAULTS = (EvaluationError, ValueError, ArithmeticError, LookupError)


class Roster:
    """`drop_planned` is told of the schedules whose runs, if not yet tried, must not happen any more."""

    def __init__(
        self, journal: Journal, notify: Notify, chance: random.Random, drop_planned: Callable[[str], None]
    ) -> None:
        self._journal = journal
        self._notify = notify
        self._chance = chance
        self._drop_planned = drop_planned
        self._schedules: dict[str, Schedule] = {}
        self._tracks = {track.arn: track for track in journal.tracks()}
        self._next: dict[str, datetime] = {}
        self._complaints: dict[str, str] = {}
        self._first = True

    def take_up(self, snapshot: Snapshot, now: datetime) -> None:
        """Follow what the Scheduler API answers."""
        for arn in self._tracks.keys() - snapshot.keys():
            self.forget(arn)
        for arn, found in snapshot.items():
            if isinstance(found, EvaluationError):
                self._schedules.pop(arn, None)
                self._refuse(arn, found, now)
            elif self._schedules.get(arn) is not found:
                self._schedules[arn] = found
                self._guarded(arn, now, lambda schedule=found: self._follow(schedule, now))
        self._first = False

    def plan(self, now: datetime) -> list[Run]:
        """Write the runs that fell due."""
        planned: list[Run] = []
        for arn in [arn for arn, instant in self._next.items() if instant <= now]:
            self._guarded(arn, now, lambda arn=arn: planned.extend(self._plan(self._schedules[arn], now)))
        return planned

    def completed(self) -> list[Schedule]:
        """The schedules that will not fire again and want to be deleted then."""
        return [
            schedule
            for arn, schedule in self._schedules.items()
            if schedule.deleted_when_done
            and schedule.enabled
            and arn not in self._next
            and arn not in self._complaints
            and (schedule.end is not None or not schedule.recurring)
        ]

    def upcoming(self) -> dict[str, datetime]:
        """The next fire of each schedule that has one, by its ARN."""
        return dict(self._next)

    def delivery(self, arn: str) -> Handover:
        """What a run of this schedule sends if its first attempt begins now."""
        return self._schedules[arn].delivery

    def forget(self, arn: str) -> None:
        """Follow a schedule no more."""
        self._drop_planned(arn)
        self._journal.forget(arn)
        for memory in (self._schedules, self._tracks, self._next, self._complaints):
            memory.pop(arn, None)

    def _follow(self, schedule: Schedule, now: datetime) -> None:
        track = self._tracks.get(schedule.arn)
        if track is None or self._begins_anew(schedule, track):
            track = self._begin(schedule, track)
        elif track.enabled != schedule.enabled:
            track = self._switch(schedule, track)
        elif track.created != schedule.created:
            track = self._move(replace(track, created=schedule.created))
        self._look_ahead(schedule, track)
        if self._first and self._journal.stopped_cleanly:
            self._start_rate(schedule, now)
        self._complaints.pop(schedule.arn, None)

    def _begins_anew(self, schedule: Schedule, track: Track) -> bool:
        """A re-timed schedule begins anew, and so does one that was deleted and created again before our eyes.

        What was created again while nobody looked, as after a crash of the emulator, goes on where it was.
        """
        return track.timing != schedule.timing or (not self._first and track.created != schedule.created)

    def _begin(self, schedule: Schedule, before: Track | None) -> Track:
        self._drop_planned(schedule.arn)
        retimed = before is not None and before.created == schedule.created
        begun = schedule.modified if retimed else schedule.created
        track = self._journal.begin(schedule, begun.replace(microsecond=0), first_cursor(schedule, begun))
        self._tracks[schedule.arn] = track
        return track

    def _switch(self, schedule: Schedule, track: Track) -> Track:
        """Switched on, a recurring schedule counts from that moment, and a rate fires at once."""
        self._drop_planned(schedule.arn)
        track = replace(track, created=schedule.created, enabled=schedule.enabled)
        if schedule.enabled and schedule.recurring:
            cursor = max(track.cursor, first_cursor(schedule, schedule.modified))
            track = replace(track, anchor=schedule.modified.replace(microsecond=0), cursor=cursor)
        return self._move(track, drop_planned=True)

    def _start_rate(self, schedule: Schedule, now: datetime) -> None:
        """A stack stopped on purpose had its schedules switched off; a rate that missed nothing starts at once."""
        upcoming = self._next.get(schedule.arn)
        if schedule.open_rate and upcoming is not None and upcoming > now:
            start = now.replace(microsecond=0)
            self._look_ahead(schedule, self._move(replace(self._tracks[schedule.arn], anchor=start, cursor=start)))

    def _move(self, track: Track, *, drop_planned: bool = False) -> Track:
        self._journal.move(track, drop_planned=drop_planned)
        self._tracks[track.arn] = track
        return track

    def _look_ahead(self, schedule: Schedule, track: Track) -> None:
        self._next.pop(schedule.arn, None)
        upcoming = next_fire(schedule, track.anchor, track.cursor) if schedule.enabled else None
        if upcoming is not None:
            self._next[schedule.arn] = upcoming

    def _plan(self, schedule: Schedule, now: datetime) -> list[Run]:
        track = self._tracks[schedule.arn]
        found = due(schedule, track.anchor, track.cursor, now)
        track = replace(track, cursor=found.cursor)
        runs = [
            Run(track.generation, schedule.arn, fire, fire + schedule.window * self._chance.random())
            for fire in found.fires
        ]
        self._journal.plan(track, runs)
        self._tracks[schedule.arn] = track
        self._look_ahead(schedule, track)
        if found.missed is not None:
            self._notify(Notice(NoticeKind.MISSED, now, schedule.arn, _said(found.missed), found.missed.last))
        return runs

    def _guarded(self, arn: str, now: datetime, action: Callable[[], None]) -> None:
        try:
            action()
        except FAULTS as error:
            self._refuse(arn, error, now)

    def _refuse(self, arn: str, error: Exception, now: datetime) -> None:
        if self._complaints.get(arn) == str(error):
            return
        self._complaints[arn] = str(error)
        self._next.pop(arn, None)
        self._drop_planned(arn)
        if arn in self._tracks:
            self._move(self._tracks[arn], drop_planned=True)
        self._notify(Notice(NoticeKind.REFUSED, now, arn, str(error)))


def _said(missed: MissedFires) -> str:
    if missed.count == 1:
        return f"the fire of {missed.first:%Y-%m-%d %H:%M:%SZ}"
    count = f"{missed.count} fires or more" if missed.count == MOST_COUNTED else f"{missed.count} fires"
    return f"{count} from {missed.first:%Y-%m-%d %H:%M:%SZ} to {missed.last:%Y-%m-%d %H:%M:%SZ}"
