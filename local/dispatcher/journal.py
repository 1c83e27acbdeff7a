"""The dispatcher's memory on disk: what it will do is written before it is done.

A run's life is `planned -> sending -> accepted | retrying | burying -> dead | dropped`. Each arrow is one transaction,
and `sending` is written before the invoke, so a process killed at any step finds after its restart every run that fell
due, and sends again at most the one that was in flight, with its own scheduled time.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from local.dispatcher.errors import JournalError
from local.dispatcher.run import Run, RunState, Track
from local.dispatcher.schedule import Handover, Schedule
from schedule_client.contract.times import read_instant

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable
    from pathlib import Path

VERSION = 1
KEPT = timedelta(days=7)
_TABLES = """
CREATE TABLE track (
    generation INTEGER PRIMARY KEY AUTOINCREMENT,
    arn TEXT NOT NULL UNIQUE,
    created TEXT NOT NULL,
    timing TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    anchor TEXT NOT NULL,
    cursor TEXT NOT NULL
) STRICT;
CREATE TABLE run (
    generation INTEGER NOT NULL,
    arn TEXT NOT NULL,
    scheduled TEXT NOT NULL,
    due TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    execution_id TEXT NOT NULL,
    begun TEXT,
    delivery TEXT,
    error_code TEXT NOT NULL,
    error_message TEXT NOT NULL,
    exhausted TEXT NOT NULL,
    PRIMARY KEY (generation, scheduled)
) STRICT, WITHOUT ROWID;
CREATE INDEX open_run ON run (state) WHERE state NOT IN ('accepted', 'dead', 'dropped');
CREATE TABLE stop (clean INTEGER NOT NULL) STRICT;
INSERT INTO stop VALUES (0);
"""


class Journal:
    """The file, used by one thread at a time.

    `probe` is called with the name of each step inside and after a transaction; tests kill the process there.
    """

    def __init__(self, path: Path, probe: Callable[[str], None] = lambda step: None) -> None:
        self._probe = probe
        self._database = _open(path)
        with _closed_on_failure(self._database):
            self.stopped_cleanly = self._take_stop()

    def close(self) -> None:
        """Note that the stack was stopped on purpose, and close the file, also if that cannot be noted."""
        try:
            with self._transaction("stopped"):
                self._database.execute("UPDATE stop SET clean = 1")
        finally:
            self._database.close()

    def abandon(self) -> None:
        """Close the file as a crash would leave it."""
        self._database.close()

    def tracks(self) -> list[Track]:
        """Every schedule that is followed."""
        rows = self._database.execute("SELECT generation, arn, created, timing, enabled, anchor, cursor FROM track")
        return [
            Track(number, arn, _read(created), timing, bool(enabled), _read(anchor), _read(cursor))
            for number, arn, created, timing, enabled, anchor, cursor in rows
        ]

    def open_runs(self) -> list[Run]:
        """The runs that are not final, the oldest first."""
        return self._runs("state NOT IN ('accepted', 'dead', 'dropped')")

    def unanswered_runs(self) -> list[Run]:
        """The runs that a target accepted and whose outcome was never seen, the oldest first."""
        return self._runs("state = 'accepted' AND delivery IS NOT NULL")

    def runs(self) -> list[Run]:
        """Every run that is remembered, the oldest first."""
        return self._runs("TRUE")

    def begin(self, schedule: Schedule, anchor: datetime, cursor: datetime) -> Track:
        """Follow a schedule from now on, forgetting how far it had come; runs not yet tried are dropped."""
        with self._transaction("begun"):
            self._forget(schedule.arn)
            inserted = self._database.execute(
                "INSERT INTO track (arn, created, timing, enabled, anchor, cursor) VALUES (?, ?, ?, ?, ?, ?)",
                (
                    schedule.arn,
                    _write(schedule.created),
                    schedule.timing,
                    schedule.enabled,
                    _write(anchor),
                    _write(cursor),
                ),
            )
        number = inserted.lastrowid
        assert number is not None  # noqa: S101 - an INSERT into a table with a row id
        return Track(number, schedule.arn, schedule.created, schedule.timing, schedule.enabled, anchor, cursor)

    def move(self, track: Track, *, drop_planned: bool = False) -> None:
        """Write how far a schedule has come."""
        with self._transaction("moved"):
            self._write_track(track)
            if drop_planned:
                self._drop_planned(track.arn)

    def skip(self, tracks: Iterable[Track], until: datetime) -> None:
        """Write how far schedules have come without what was due until then; runs not yet tried are dropped."""
        with self._transaction("skipped"):
            for track in tracks:
                self._write_track(track)
                self._database.execute(
                    "DELETE FROM run WHERE arn = ? AND state = 'planned' AND due <= ?", (track.arn, _write(until))
                )

    def forget(self, arn: str) -> None:
        """Follow a schedule no more; a run that was tried already is still finished."""
        with self._transaction("forgotten"):
            self._forget(arn)

    def plan(self, tracks: Iterable[Track], runs: Iterable[Run]) -> None:
        """Write the runs that fell due together with how far that brings their schedules."""
        with self._transaction("planned"):
            for run in runs:
                self._write_run(run)
            for track in tracks:
                self._write_track(track)

    def write(self, *runs: Run) -> None:
        """Write the states that runs have reached, all or none."""
        with self._transaction(str(runs[-1].state)):
            for run in runs:
                self._write_run(run)

    def answer(self, answered: Iterable[tuple[str, datetime]]) -> None:
        """Note that the outcome of accepted runs was seen, each by its schedule's ARN and its scheduled time."""
        with self._transaction("answered"):
            self._database.executemany(
                "UPDATE run SET delivery = NULL WHERE arn = ? AND scheduled = ? AND state = 'accepted'",
                [(arn, _write(scheduled)) for arn, scheduled in answered],
            )

    def prune(self, now: datetime) -> None:
        """Forget final runs of more than a week ago."""
        with self._transaction("pruned"):
            self._database.execute(
                "DELETE FROM run WHERE due < ? AND state IN ('accepted', 'dead', 'dropped')", (_write(now - KEPT),)
            )

    def _take_stop(self) -> bool:
        with self._transaction("opened"):
            (clean,) = self._database.execute("SELECT clean FROM stop").fetchone()
            self._database.execute("UPDATE stop SET clean = 0")
        return bool(clean)

    def _forget(self, arn: str) -> None:
        self._drop_planned(arn)
        self._database.execute("DELETE FROM track WHERE arn = ?", (arn,))

    def _drop_planned(self, arn: str) -> None:
        self._database.execute("DELETE FROM run WHERE arn = ? AND state = 'planned'", (arn,))

    def _write_track(self, track: Track) -> None:
        self._database.execute(
            "UPDATE track SET created = ?, enabled = ?, anchor = ?, cursor = ? WHERE generation = ?",
            (
                _write(track.created),
                track.enabled,
                _write(track.anchor),
                _write(track.cursor),
                track.generation,
            ),
        )

    def _write_run(self, run: Run) -> None:
        self._database.execute(
            "INSERT OR REPLACE INTO run VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                run.generation,
                run.arn,
                _write(run.scheduled),
                _write(run.due),
                str(run.state),
                run.attempts,
                run.execution_id,
                None if run.begun is None else _write(run.begun),
                None if run.delivery is None else run.delivery.to_json(),
                run.error_code,
                run.error_message,
                run.exhausted,
            ),
        )

    def _runs(self, where: str) -> list[Run]:
        rows = self._database.execute(f"SELECT * FROM run WHERE {where} ORDER BY due, scheduled, arn")  # noqa: S608
        return [
            Run(
                generation=row[0],
                arn=row[1],
                scheduled=_read(row[2]),
                due=_read(row[3]),
                state=RunState(row[4]),
                attempts=row[5],
                execution_id=row[6],
                begun=None if row[7] is None else _read(row[7]),
                delivery=None if row[8] is None else Handover.from_json(row[8]),
                error_code=row[9],
                error_message=row[10],
                exhausted=row[11],
            )
            for row in rows
        ]

    @contextmanager
    def _transaction(self, step: str) -> Generator[None]:
        try:
            self._database.execute("BEGIN IMMEDIATE")
            yield
            self._probe(f"in {step}")
            self._database.execute("COMMIT")
        except BaseException as error:
            if self._database.in_transaction:  # a full disk may have ended it already
                self._database.execute("ROLLBACK")
            if isinstance(error, sqlite3.Error):
                raise JournalError(f"the journal cannot be written: {error}") from error
            raise
        self._probe(f"after {step}")


def _open(path: Path) -> sqlite3.Connection:
    try:
        database = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=2)
        with _closed_on_failure(database):
            _prepare(database, path)
    except sqlite3.Error as error:
        raise JournalError(
            f'the journal "{path}" cannot be opened: {error}; remove the file to start without it'
        ) from error
    return database


def _prepare(database: sqlite3.Connection, path: Path) -> None:
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version == 0:
        database.executescript(f"BEGIN IMMEDIATE; {_TABLES} PRAGMA user_version = {VERSION}; COMMIT;")
    elif version != VERSION:
        raise JournalError(
            f'the journal "{path}" was written by another version of this tool: remove it to start again'
        )


@contextmanager
def _closed_on_failure(database: sqlite3.Connection) -> Generator[None]:
    try:
        yield
    except BaseException:
        database.close()
        raise


def _write(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def _read(text: str) -> datetime:
    return read_instant(text)
