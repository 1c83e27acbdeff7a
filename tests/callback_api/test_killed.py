"""kill -9 at every step between a request and the commit of its work, on PostgreSQL."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest

from callback_api.storage.sql import migrate, new_engine
from tests.callback_api.storage.postgres import running

ROOT = Path(__file__).parents[2]


class Lives:
    """The service's lives, one after another, on one database that is emptied in between."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.callback_api.killable", url, str(folder / "schedules")],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        engine = new_engine(url)
        migrate(engine)
        engine.dispose()
        self._execute("create table payment (task_id text, run_key text)")

    def begin_anew(self) -> None:
        self._execute("truncate callback_tasks, callback_outbox, payment")
        (self.folder / "accepted").unlink(missing_ok=True)
        (self.folder / "schedules").mkdir(exist_ok=True)
        for file in (self.folder / "schedules").iterdir():
            file.unlink()

    def live(self, kill_at: int | None, minutes: int = 0, recover: bool = False) -> dict[str, Any]:
        assert self.process.stdin
        assert self.process.stdout
        told = {"minutes": minutes, "kill_at": kill_at, "recover": recover}
        self.process.stdin.write(json.dumps(told) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def end(self) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()

    def _execute(self, statement: LiteralString) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)


@pytest.fixture(name="lives")
def _lives(tmp_path: Path) -> Iterator[Lives]:
    (tmp_path / "lives").mkdir()
    with running(tmp_path) as server:
        lives = Lives(server.new_database(), tmp_path / "lives")
        yield lives
        lives.end()


def test_whenever_it_is_killed_what_was_accepted_is_done_once_under_one_run_key(lives: Lives) -> None:
    lives.begin_anew()
    whole = lives.live(kill_at=None)
    assert whole["said"]["answers"] == [201, 200]
    steps = whole["said"]["steps"]
    assert steps > 20
    kept_when_killed: list[int] = []

    for step in range(1, steps + 1):
        lives.begin_anew()
        assert lives.live(kill_at=step)["killed"], f"step {step}"
        after = lives.live(kill_at=None, minutes=3, recover=True)["said"]

        assert not after["accepted"] or after["kept"] == 1, f"step {step}: an accepted task was lost"
        assert after["orphans"] == 0, f"step {step}: a task has no schedule"
        assert (after["answer"] in (200, 201), after["delivered"]) == (True, [200]), f"step {step}: {after}"
        ((task, status),) = after["tasks"]
        assert status == "COMPLETED", f"step {step}"
        assert after["paid"] == [[task, f"v1.{after['keys'][0]}"]], f"step {step}: {after}"
        kept_when_killed.append(after["kept"])

    assert set(kept_when_killed) == {0, 1}, "it was killed before the first commit, and after"
