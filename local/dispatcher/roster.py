"""The schedules that are followed, how far each has come, and the runs that fall due."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from local.dispatcher.errors import EvaluationError
from local.dispatcher.gap import Gap
from local.dispatcher.notice import Notice, NoticeKind
from local.dispatcher.occurrence import after_stop, due, first_cursor, next_fire
from local.dispatcher.run import Run, Track

if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from datetime import datetime

    from local.dispatcher.interfaces import Notify, Snapshot
    from local.dispatcher.journal import Journal
    from local.dispatcher.schedule import Handover, Schedule
    from local.dispatcher.sender import Sender

# What an expression that slipped through every check may still raise; one schedule's fault stops no other.
FAULTS = (EvaluationError, ValueError, ArithmeticError, LookupError)


class Roster:
    """Decides what falls due; `sender` lets go of the runs that must not happen any more."""

    def __init__(self, journal: Journal, notify: Notify, chance: random.Random, sender: Sender) -> None:
        self._journal = journal
        self._notify = notify
        self._chance = chance
        self._sender = sender
        self._schedules: dict[str, Schedule] = {}
        self._tracks = {track.arn: track for track in journal.tracks()}
        self._before = dict(self._tracks)
        self._resumed: set[str] = set()
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
                self._guarded(arn, now, lambda schedule=found: self._follow(schedule))
        if self._first:
            self._resume(now)
        self._first = False

    def plan(self, now: datetime) -> list[Run]:
        """Write the runs that fell due."""
        planned: list[Run] = []
        made_up, missed = Gap(), Gap()
        due_now = [arn for arn, instant in self._next.items() if instant <= now]
        for arn in due_now:
            self._guarded(arn, now, lambda arn=arn: planned.extend(self._plan(self._schedules[arn], now, missed)))
        if due_now:
            self._journal.plan([self._tracks[arn] for arn in due_now], planned)
        for run in planned:
            if run.arn in self._resumed:
                made_up.add(run.arn, 1, run.scheduled)
        self._resumed.clear()
        if made_up.count:
            older = f", {missed} not" if missed.count else ""
            self._notify(Notice(NoticeKind.MADE_UP, now, made_up.arn, f"{made_up}, called now{older}"))
        elif missed.count:
            self._notify(Notice(NoticeKind.MISSED, now, missed.arn, f"{missed}, too long ago to be called now"))
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
        """Return the invocation of a run of this schedule if its first attempt begins now."""
        return self._schedules[arn].delivery

    def forget(self, arn: str) -> None:
        """Follow a schedule no more."""
        self._sender.drop_planned(arn)
        self._journal.forget(arn)
        for memory in (self._schedules, self._tracks, self._next, self._complaints):
            memory.pop(arn, None)

    def _follow(self, schedule: Schedule) -> None:
        track = self._tracks.get(schedule.arn)
        if track is None or self._begins_anew(schedule, track):
            track = self._begin(schedule, track)
        elif track.enabled != schedule.enabled:
            track = self._switch(schedule, track)
        elif track.created != schedule.created:
            track = self._move(replace(track, created=schedule.created))
        self._look_ahead(schedule, track)
        self._complaints.pop(schedule.arn, None)

    def _begins_anew(self, schedule: Schedule, track: Track) -> bool:
        """A re-timed schedule restarts, and so does one that was deleted and created again before our eyes.

        One that was created again unobserved, as after a crash of the emulator, continues.
        """
        return track.timing != schedule.timing or (not self._first and track.created != schedule.created)

    def _begin(self, schedule: Schedule, before: Track | None) -> Track:
        self._sender.drop_planned(schedule.arn)
        retimed = before is not None and before.created == schedule.created
        begun = schedule.modified if retimed else schedule.created
        track = self._journal.begin(schedule, begun.replace(microsecond=0), first_cursor(schedule, begun))
        self._tracks[schedule.arn] = track
        return track

    def _switch(self, schedule: Schedule, track: Track) -> Track:
        """Switched on, a recurring schedule counts from that moment, and a rate fires at once."""
        self._sender.drop_planned(schedule.arn)
        track = replace(track, created=schedule.created, enabled=schedule.enabled)
        if schedule.enabled and schedule.recurring:
            cursor = max(track.cursor, first_cursor(schedule, schedule.modified))
            track = replace(track, anchor=schedule.modified.replace(microsecond=0), cursor=cursor)
        return self._move(track, drop_planned=True)

    def _resume(self, now: datetime) -> None:
        """Go on where the last process ended.

        After a stop on purpose the recurring schedules leave out what came due in between; one-time ones do not, and
        after a kill none does.
        """
        going_on = [arn for arn in self._next if self._goes_on(arn)]
        skipping = {arn for arn in going_on if self._journal.stopped_cleanly and self._schedules[arn].recurring}
        self._resumed = set(going_on) - skipping
        missed = Gap()
        tracks = {run.arn: self._tracks[run.arn] for run in self._late(skipping, now, missed)}
        for arn in skipping:
            self._guarded(arn, now, lambda arn=arn: tracks.update({arn: self._after_stop(arn, now, missed)}))
        self._journal.skip(tracks.values(), now)
        self._tracks.update(tracks)
        for arn in tracks:
            self._guarded(arn, now, lambda arn=arn: self._look_ahead(self._schedules[arn], self._tracks[arn]))
        if missed.count:
            said = f"{missed}, while stopped: not called"
            self._notify(Notice(NoticeKind.MISSED, now, missed.arn, said))

    def _goes_on(self, arn: str) -> bool:
        """Whether a schedule was followed before, and nothing has had it begin again since."""
        before, track = self._before.get(arn), self._tracks[arn]
        return before is not None and (before.generation, before.cursor) == (track.generation, track.cursor)

    def _late(self, arns: set[str], now: datetime, missed: Gap) -> list[Run]:
        late = self._sender.drop_late(arns, now)
        for run in late:
            missed.add(run.arn, 1, run.scheduled)
        return late

    def _after_stop(self, arn: str, now: datetime, missed: Gap) -> Track:
        track, count = after_stop(self._schedules[arn], self._tracks[arn], now)
        missed.add(arn, count, self._next[arn])
        return track

    def _move(self, track: Track, *, drop_planned: bool = False) -> Track:
        self._journal.move(track, drop_planned=drop_planned)
        self._tracks[track.arn] = track
        return track

    def _look_ahead(self, schedule: Schedule, track: Track) -> None:
        self._next.pop(schedule.arn, None)
        upcoming = next_fire(schedule, track.anchor, track.cursor) if schedule.enabled else None
        if upcoming is not None:
            self._next[schedule.arn] = upcoming

    def _plan(self, schedule: Schedule, now: datetime, missed: Gap) -> list[Run]:
        track, first = self._tracks[schedule.arn], self._next[schedule.arn]
        found = due(schedule, track.anchor, track.cursor, now)
        track = replace(track, cursor=found.cursor)
        runs = [
            Run(track.generation, schedule.arn, fire, fire + schedule.window * self._chance.random())
            for fire in found.fires
        ]
        self._tracks[schedule.arn] = track
        self._look_ahead(schedule, track)
        missed.add(schedule.arn, found.missed, first)
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
        self._sender.drop_planned(arn)
        if arn in self._tracks:
            self._move(self._tracks[arn], drop_planned=True)
        self._notify(Notice(NoticeKind.REFUSED, now, arn, str(error)))
