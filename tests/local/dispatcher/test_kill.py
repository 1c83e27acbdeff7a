"""Killed with -9 at any step and started again, the dispatcher loses nothing due and repeats at most one run."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
NAMES = ("tick", "beat")
# Three attempts and one dead letter of the broken schedule, and each fire of the others.
EXPECTED = Counter(
    {
        **{("invoke", name, f"09:0{minute}:00"): 1 for name in NAMES for minute in (0, 1, 2)},
        ("invoke", "once", "09:01:00"): 1,
        ("invoke", "window", "09:00:00"): 1,
        ("invoke", "broken", "09:00:00"): 3,
        ("bury", "broken", "09:00:00"): 1,
    }
)


def live(folder: Path, start: float, seconds: float, *step: str) -> int:
    command = [sys.executable, "-m", "tests.local.dispatcher.victim", str(folder), str(start), str(seconds), *step]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def received(folder: Path) -> Counter[tuple[str, str, str]]:
    lines = (folder / "received").read_text().splitlines() if (folder / "received").exists() else []
    return Counter((words[0], words[1].rpartition("/")[2], words[2][11:19]) for words in map(str.split, lines))


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The names of every step of an undisturbed life."""
    folder = tmp_path_factory.mktemp("undisturbed")
    assert live(folder, 0, 130) == 0
    assert received(folder) == EXPECTED
    return (folder / "steps").read_text().splitlines()


def killed(folder: Path, step: int) -> Counter[tuple[str, str, str]]:
    folder.mkdir()
    assert live(folder, 0, 130, str(step)) == -signal.SIGKILL
    assert live(folder, 130, 60) == 0
    return received(folder)


def test_a_kill_at_any_step_loses_no_run_and_repeats_at_most_one(steps: list[str], tmp_path: Path) -> None:
    chosen = [number for number, name in enumerate(steps) if number < 24 or name not in steps[24:number]]
    chosen.remove(steps.index("after stopped"))  # that is no kill: it had stopped
    with ThreadPoolExecutor(2) as pool:
        found = dict(zip(chosen, pool.map(lambda number: killed(tmp_path / str(number), number), chosen), strict=True))

    for number, seen in found.items():
        last = Counter({key: 1 for key in seen if key[2] == "09:03:00"})
        seen -= last
        assert not EXPECTED - seen, f"lost after a kill at step {number}, {steps[number]}"
        assert (seen - EXPECTED).total() <= 1, f"repeated after a kill at step {number}, {steps[number]}"
    assert {"in sending", "after sending", "sent", "after planned", "completing"} <= {steps[n] for n in found}
