"""Facts and actions of the console: one stack, through the operations, with the operator's own rights."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING

from schedule_catalog.checking.catalog import Catalog
from schedule_catalog.deployment.arguments import schedule_arguments
from schedule_catalog.operations import (
    MEMORY,
    NotRunnableError,
    OperationError,
    UndeliveredQueues,
    differences,
    find_schedule,
    get_schedule,
    identities,
    make,
    overview,
    prepare,
    queue_depths,
    replay,
    run_of_fire,
    runs_of,
)
from schedule_catalog.operations.board_memory import BoardMemory
from schedule_catalog.operations.pauses import notes_on_call, notes_on_replay, permitted_pauses, subject_of
from schedule_catalog.settings import BUILT_IN_SERVICE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from schedule_catalog.deployment.names import Names
    from schedule_catalog.entry import Entry
    from schedule_catalog.operations import (
        Answer,
        Board,
        Deployed,
        Difference,
        FoundSchedule,
        Identity,
        Invocation,
        RunRecord,
        RunTimePause,
        StackStatus,
        UndeliveredCall,
    )
    from schedule_catalog.problem import Problem
    from schedule_catalog.settings import Settings

RUNS = 50
UPCOMING = 8
MOST_UNDELIVERED = 500
CATALOG_AGE = timedelta(seconds=30)
_PAUSE = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Overview:
    """Board and status of a stack, and when both were read; entries with `errors` in the catalog are omitted."""

    board: Board
    status: StackStatus
    at: datetime
    errors: int


@dataclass(frozen=True, slots=True)
class ScheduleView:
    """One schedule: as AWS has it (None when it is gone), as the catalog has it, its runs and its next fires.

    differences: what AWS has otherwise than the catalog.
    pauses: the run-time pauses that hold its calls now.
    """

    identity: Identity
    found: FoundSchedule | None
    entry: Entry | None
    runs: tuple[RunRecord, ...]
    upcoming: tuple[datetime, ...]
    differences: tuple[Difference, ...] = ()
    pauses: tuple[RunTimePause, ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """Result of one of several actions; `error` is None when it worked."""

    call: UndeliveredCall
    error: str | None


@dataclass(frozen=True, slots=True)
class WantedCatalog:
    """The entries and settings that the stack should have; entries with errors are omitted."""

    entries: tuple[Entry, ...]
    settings: Settings
    problems: tuple[Problem, ...] = ()

    @property
    def errors(self) -> int:
        """Number of errors in the catalog."""
        return len(self.catalog.errors)

    @property
    def catalog(self) -> Catalog:
        """The catalog as the report takes it."""
        return Catalog(self.entries, self.problems, 0, len(self.entries))

    def entry(self, name: str) -> Entry | None:
        """Return the entry of this name, if there is one."""
        return next((each for each in self.entries if each.name == name), None)


class Desk:
    """Facts and actions; readers share one board for two seconds after it was read.

    load, catalog_age: where the catalog comes from, and how old it may be: checking a large one takes seconds.
    known: the catalog as it was loaded a moment ago.
    """

    def __init__(
        self,
        stack: Deployed,
        names: Names,
        load: Callable[[], WantedCatalog],
        clock: Callable[[], datetime],
        catalog_age: timedelta = CATALOG_AGE,
        known: WantedCatalog | None = None,
    ) -> None:
        self.stack, self.names, self.clock = stack, names, clock
        self._load, self._catalog_age = load, catalog_age
        self._memory = BoardMemory()
        self._lock, self._loading = Lock(), Lock()
        self._last: tuple[Overview, datetime] | None = None
        self._wanted = (clock(), known) if known else None

    def overview(self) -> Overview:
        """Read the board; concurrent readers receive the same one."""
        with self._lock:
            if self._last is None or self.clock() - self._last[1] >= _PAUSE:
                self._last = self._read(self.clock()), self.clock()  # a large stack takes longer than the pause
            return self._last[0]

    def _read(self, now: datetime) -> Overview:
        catalog = self.catalog()
        status, board = overview(
            self.stack, catalog.entries, catalog.settings, self.names, now, self.services(), self._memory
        )
        return Overview(board, status, now, catalog.errors)

    def catalog(self) -> WantedCatalog:
        """Return the catalog, read again when it is too old."""
        with self._loading:
            now = self.clock()
            if self._wanted is None or now - self._wanted[0] >= self._catalog_age:
                self._wanted = now, self._load()
            return self._wanted[1]

    def entry(self, group: str, name: str) -> Entry | None:
        """Return the entry of a schedule; an application's schedule may have the name of an entry and has none."""
        return self.catalog().entry(name) if group == self.stack.manifest.catalog_group else None

    def services(self) -> Mapping[str, str]:
        """Return the base URL of each service; that of the callback service is unknown here."""
        return {BUILT_IN_SERVICE: "", **self.catalog().settings.services}

    def schedule(self, arn: str) -> ScheduleView:
        """Read one schedule and its runs, even when it is gone.

        Raises NotRunnableError for one that is neither in AWS nor in the run ledger.
        """
        now = self.clock()
        catalog = self.catalog()
        for identity in identities(self.stack, arn):
            entry = self.entry(identity.group, identity.name)
            runs = self._runs(identity, now)
            found = get_schedule(self.stack, identity.group, identity.name)
            if found or runs:
                upcoming = found.upcoming(entry, now, UPCOMING) if found else ()
                differing = self._differences(catalog, entry, found)
                return ScheduleView(identity, found, entry, runs, upcoming, differing, self._pauses(found, now))
        raise NotRunnableError(f'"{arn}" is neither in AWS nor in the run ledger')

    def _pauses(self, found: FoundSchedule | None, now: datetime) -> tuple[RunTimePause, ...]:
        known = permitted_pauses(self.stack)
        if known is None or found is None:
            return ()
        return known.holding(subject_of(self.stack, found, self.services()), now.timestamp())

    def _differences(
        self, catalog: WantedCatalog, entry: Entry | None, found: FoundSchedule | None
    ) -> tuple[Difference, ...]:
        wanted = schedule_arguments(entry, self.clock(), catalog.settings) if entry else None
        if wanted is None or found is None:
            return ()
        return differences(wanted, found, self.stack, self.names.catalog_role)

    def _runs(self, identity: Identity, now: datetime) -> tuple[RunRecord, ...]:
        if self.stack.manifest.ledger_table is None:
            return ()
        return tuple(islice(runs_of(self.stack, identity, now - MEMORY, RUNS), RUNS))

    def prepare(self, arn: str, as_of: datetime | None) -> Invocation:
        """Prepare a call of a schedule: a run of its own, or the run of a fire."""
        schedule = find_schedule(self.stack, arn)
        if as_of is not None:
            run_of_fire(self.stack, schedule, as_of)
        return self.prepare_run(schedule, as_of)

    def prepare_run(self, schedule: FoundSchedule, as_of: datetime | None) -> Invocation:
        """Prepare a call of a schedule that was found, whose fire needs no check."""
        return prepare(self.stack, schedule, self.clock(), uuid.uuid4().hex, as_of=as_of, again=False)

    def notes_on_call(self, arn: str) -> list[str]:
        """Return what a person has to know before a call of a schedule: it is disabled, or paused."""
        schedule = find_schedule(self.stack, arn)
        off = schedule.timing.off
        lines = [f"it is {off}, so it does not fire by itself"] if off else []
        return [*lines, *notes_on_call(self.stack, schedule, self.services(), self.clock())]

    def notes_on_replay(self, calls: Sequence[UndeliveredCall]) -> list[str]:
        """Return a line for each pause that makes some of these calls wait."""
        return list(notes_on_replay(self.stack, calls, self.services(), self.clock()))

    def make(self, call: Invocation) -> Answer:
        """Make a prepared call and wait for the answer."""
        answer = make(self.stack, call, time.monotonic)
        self._note_calls([call.schedule])
        return answer

    def undelivered(self) -> tuple[list[UndeliveredCall], bool]:
        """Read the undelivered calls, the oldest first, and whether there are more than were read."""
        with UndeliveredQueues(self.stack) as queues:
            return queues.read(MOST_UNDELIVERED), queues.truncated

    def undelivered_held(self) -> int:
        """Return about how many undelivered calls another reader holds."""
        return sum(depth.held for depth in queue_depths(self.stack) if depth.queue != "retry")

    def undelivered_call(self, identifier: str) -> UndeliveredCall | None:
        """Read one undelivered call; None if it is gone, or held by another reader."""
        with UndeliveredQueues(self.stack) as queues:
            found = queues.read(10 * MOST_UNDELIVERED, lambda found: identifier in found)
            return next((call for call in found if call.identifier == identifier), None)

    def replay(self, identifiers: Collection[str]) -> Sequence[Done]:
        """Deliver these undelivered calls again; what fails stays in its queue."""
        done = self._each(
            identifiers, lambda queues, call: replay(self.stack, queues, call, self.clock(), uuid.uuid4().hex)
        )
        self._note_calls([each.call.arn for each in done if each.call.arn])
        return done

    def _note_calls(self, arns: Iterable[str]) -> None:
        """The next board shows what a person did on this one."""
        for arn in arns:
            self._memory.note_call(arn, self.clock())
        self._last = None

    def drop(self, identifiers: Collection[str]) -> Sequence[Done]:
        """Delete these undelivered calls for good."""
        return self._each(identifiers, UndeliveredQueues.drop)

    def _each(
        self, identifiers: Collection[str], act: Callable[[UndeliveredQueues, UndeliveredCall], None]
    ) -> Sequence[Done]:
        wanted = set(identifiers)
        with UndeliveredQueues(self.stack) as queues:
            found = queues.read(10 * MOST_UNDELIVERED, lambda found: wanted <= found.keys())
            return [Done(call, _error(queues, call, act)) for call in found if call.identifier in wanted]


def _error(
    queues: UndeliveredQueues, call: UndeliveredCall, act: Callable[[UndeliveredQueues, UndeliveredCall], None]
) -> str | None:
    try:
        act(queues, call)
    except OperationError as error:
        return str(error)
    return None
