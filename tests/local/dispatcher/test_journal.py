from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from local.dispatcher import Journal, JournalError, Run, RunState
from tests.local.dispatcher.world import MONDAY, PREFIX, schedule
from tests.open_databases import every_database_closed


def test_a_journal_answers_what_was_written(tmp_path: Path) -> None:
    once = schedule("once", "at(2026-11-23T09:00:00)")
    journal = Journal(tmp_path / "journal.sqlite")
    track = journal.begin(once, MONDAY, MONDAY)
    run = Run(
        track.generation, once.arn, MONDAY, MONDAY + timedelta(microseconds=1), begun=MONDAY, delivery=once.delivery
    )
    journal.plan([track], [run])
    journal.close()

    again = Journal(tmp_path / "journal.sqlite")

    assert again.tracks() == [track]
    assert again.open_runs() == [run]
    assert again.stopped_cleanly
    again.close()


def test_a_journal_that_was_not_closed_says_so(tmp_path: Path) -> None:
    Journal(tmp_path / "journal.sqlite").close()
    Journal(tmp_path / "journal.sqlite").abandon()

    journal = Journal(tmp_path / "journal.sqlite")

    assert not journal.stopped_cleanly
    journal.close()


def test_final_runs_are_forgotten_after_a_week_and_open_ones_never(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite")
    track = journal.begin(schedule("tick", "rate(1 minute)"), MONDAY, MONDAY)
    done = Run(track.generation, PREFIX + "tick", MONDAY, MONDAY, RunState.ACCEPTED)
    still = Run(track.generation, PREFIX + "tick", MONDAY + timedelta(minutes=1), MONDAY, RunState.RETRYING)
    journal.plan([track], [done, still])

    journal.prune(MONDAY + timedelta(days=8))

    assert journal.runs() == [still]
    journal.close()


def test_a_file_that_is_no_journal_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "journal.sqlite").write_text("x" * 200)

    with pytest.raises(JournalError, match="remove the file"):
        Journal(tmp_path / "journal.sqlite")


def test_a_journal_that_cannot_be_written_says_so_in_one_line(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite")
    with sqlite3.connect(tmp_path / "journal.sqlite") as other:
        other.execute("DROP TABLE run")
    other.close()

    with pytest.raises(JournalError, match="the journal cannot be written: no such table: run"):
        journal.prune(MONDAY)
    journal.close()


@pytest.mark.parametrize("made", ["PRAGMA user_version = 7", "CREATE TABLE stop (x)", "PRAGMA user_version = 1"])
def test_a_file_that_cannot_be_a_journal_is_closed_again(tmp_path: Path, made: str) -> None:
    with sqlite3.connect(tmp_path / "journal.sqlite") as other:
        other.execute(made)
    other.close()

    with every_database_closed(), pytest.raises(JournalError) as refused:  # its traceback refers to what was opened
        Journal(tmp_path / "journal.sqlite")
    assert refused.value


def test_a_file_that_is_no_database_is_closed_again(tmp_path: Path) -> None:
    (tmp_path / "journal.sqlite").write_text("x" * 200)

    with every_database_closed(), pytest.raises(JournalError) as refused:
        Journal(tmp_path / "journal.sqlite")
    assert refused.value


def test_a_journal_whose_stop_cannot_be_noted_is_closed_all_the_same(tmp_path: Path) -> None:
    with every_database_closed():
        journal = Journal(tmp_path / "journal.sqlite")
        with sqlite3.connect(tmp_path / "journal.sqlite") as other:
            other.execute("DROP TABLE stop")
        other.close()

        with pytest.raises(JournalError, match="no such table: stop"):
            journal.close()
