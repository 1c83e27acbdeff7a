from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from local.dispatcher import Ledger, LedgerError, Run, State
from tests.local.dispatcher.world import MONDAY, PREFIX, schedule


def test_a_ledger_answers_what_was_written(tmp_path: Path) -> None:
    once = schedule("once", "at(2026-11-23T09:00:00)")
    ledger = Ledger(tmp_path / "ledger.sqlite")
    track = ledger.begin(once, MONDAY, MONDAY)
    run = Run(
        track.generation, once.arn, MONDAY, MONDAY + timedelta(microseconds=1), begun=MONDAY, delivery=once.delivery
    )
    ledger.plan(track, [run])
    ledger.close()

    again = Ledger(tmp_path / "ledger.sqlite")

    assert again.tracks() == [track]
    assert again.open_runs() == [run]
    assert again.stopped_cleanly
    again.close()


def test_a_ledger_that_was_not_closed_says_so(tmp_path: Path) -> None:
    Ledger(tmp_path / "ledger.sqlite").close()
    Ledger(tmp_path / "ledger.sqlite").abandon()

    ledger = Ledger(tmp_path / "ledger.sqlite")

    assert not ledger.stopped_cleanly
    ledger.close()


def test_final_runs_are_forgotten_after_a_week_and_open_ones_never(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    track = ledger.begin(schedule("tick", "rate(1 minute)"), MONDAY, MONDAY)
    done = Run(track.generation, PREFIX + "tick", MONDAY, MONDAY, State.ACCEPTED)
    still = Run(track.generation, PREFIX + "tick", MONDAY + timedelta(minutes=1), MONDAY, State.RETRYING)
    ledger.plan(track, [done, still])

    ledger.prune(MONDAY + timedelta(days=8))

    assert ledger.runs() == [still]
    ledger.close()


def test_a_file_that_is_no_ledger_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").write_text("x" * 200)

    with pytest.raises(LedgerError, match="remove the file"):
        Ledger(tmp_path / "ledger.sqlite")


def test_a_ledger_that_cannot_be_written_says_so_in_one_line(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    with sqlite3.connect(tmp_path / "ledger.sqlite") as other:
        other.execute("DROP TABLE run")
    other.close()

    with pytest.raises(LedgerError, match="the ledger cannot be written: no such table: run"):
        ledger.prune(MONDAY)
    ledger.close()
