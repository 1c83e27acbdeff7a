"""Work that several processes share: the same results whatever happens to the helpers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from schedule_catalog.workers import ALONE, Workers

ROOT = Path(__file__).parents[2]
PARENT = os.getpid()
NUMBERS = range(1000)
SQUARES = [number * number for number in NUMBERS]
SEVERAL = Workers(3, enough=1)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only on Linux work is shared by forks")


def squares(numbers: Sequence[int]) -> list[int]:
    return [number * number for number in numbers]


def results(workers: Workers, numbers: Sequence[int] = NUMBERS) -> list[int]:
    return [square for part in workers.share(squares, numbers) for square in part]


def processes(workers: Workers) -> set[int]:
    """Which processes took part; each part lasts until another has been taken, so that everybody gets some."""
    barrier = threading.Event()

    def work(_: Sequence[int]) -> int:
        barrier.wait(0.005)
        return os.getpid()

    return set(workers.share(work, NUMBERS))


def without_children() -> bool:
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
    return True


def test_the_results_come_in_the_order_of_the_things() -> None:
    assert results(SEVERAL) == results(ALONE) == SQUARES
    assert results(SEVERAL, []) == []
    assert results(SEVERAL, range(3)) == [0, 1, 4]
    assert without_children()


def test_every_process_takes_part() -> None:
    """In a process of its own, where no other test has left a thread."""
    script = (
        "from tests.schedule_catalog.test_workers import PARENT, SEVERAL, processes; print(PARENT, *processes(SEVERAL))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)

    parent, *found = done.stdout.split()
    assert parent in found
    assert len(found) == 3


def test_few_things_are_done_by_one_process() -> None:
    assert processes(Workers(3, enough=len(NUMBERS) + 1)) == {PARENT}


def test_a_process_with_threads_is_not_forked() -> None:
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(processes, SEVERAL).result() == {PARENT}


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_what_a_killed_helper_leaves_undone_is_done_here(number: signal.Signals) -> None:
    def work(numbers: Sequence[int]) -> list[int]:
        if os.getpid() != PARENT:
            os.kill(os.getpid(), number)
        return squares(numbers)

    assert [square for part in SEVERAL.share(work, NUMBERS) for square in part] == SQUARES
    assert without_children()


def test_a_result_that_does_not_pickle_is_made_here() -> None:
    def work(numbers: Sequence[int]) -> Callable[[], list[int]]:
        return lambda: squares(numbers)

    assert [square for part in SEVERAL.share(work, NUMBERS) for square in part()] == SQUARES


def test_an_error_is_raised_as_by_one_process_and_leaves_no_process_behind() -> None:
    def work(numbers: Sequence[int]) -> int:
        if numbers[-1] == NUMBERS[-1]:
            raise ValueError(str(numbers[-1]))
        return 1

    with pytest.raises(ValueError, match="999"):
        SEVERAL.share(work, NUMBERS)
    assert without_children()


def test_an_interrupt_ends_the_helpers_too() -> None:
    def work(numbers: Sequence[int]) -> int:
        if os.getpid() != PARENT:
            signal.pause()
        if numbers[0]:
            raise KeyboardInterrupt
        return 1

    with pytest.raises(KeyboardInterrupt):
        SEVERAL.share(work, NUMBERS)
    assert without_children()


def test_a_helper_writes_nothing_that_its_parent_holds_back(capfd: pytest.CaptureFixture[str]) -> None:
    sys.stdout.write("once")
    results(SEVERAL)
    sys.stdout.flush()

    assert capfd.readouterr().out == "once"


def test_no_file_stays_open() -> None:
    before = sorted(Path("/proc/self/fd").iterdir())
    results(SEVERAL)

    assert sorted(Path("/proc/self/fd").iterdir()) == before


def test_the_machine_gives_one_process_for_each_core_and_at_most_four() -> None:
    assert Workers.of_machine().processes == min(4, len(os.sched_getaffinity(0)))


def test_few_things_that_weigh_much_are_shared_too() -> None:
    barrier = threading.Event()

    def work(part: Sequence[int]) -> tuple[int, int]:
        barrier.wait(0.005)
        return os.getpid(), sum(part)

    shared = Workers(2, enough=2_000).share(work, range(100), [100] * 100)
    assert sum(total for _, total in shared) == sum(range(100))
    assert len({process for process, _ in shared}) == 2


def test_parts_are_of_about_the_same_weight_and_none_is_lost() -> None:
    weights = [1] * 1000 + [500] * 4 + [1] * 1000

    parts = Workers(1).share(list, range(len(weights)), weights)

    assert [number for part in parts for number in part] == list(range(len(weights)))
    assert max(sum(weights[number] for number in part) for part in parts) < 500 + sum(weights) / 32
