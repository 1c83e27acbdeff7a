"""Concurrent requests."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, TypeVar

from schedule_catalog.operations.access import CALLS_AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# A Ctrl-C that comes at the moment in which the thread falls asleep is seen when it wakes.
_LOOK_SECONDS = 0.2

Item = TypeVar("Item")
Result = TypeVar("Result")


def answers(ask: Callable[[Item], Result], items: Iterable[Item], at_once: int = CALLS_AT_ONCE) -> list[Result]:
    """Return the result of each item, in their order; the first error, or Ctrl-C, ends it and sends no further request.

    Each thread takes the next item by itself: with a future for each, every answer would wake the caller, and a
    thousand answers would cost a third more CPU.
    """
    given = list(items)
    waiting: SimpleQueue[int] = SimpleQueue()
    for number in range(len(given)):
        waiting.put(number)
    found: dict[int, Result] = {}
    failed = False

    def work() -> None:
        nonlocal failed
        try:
            while not failed:
                number = waiting.get_nowait()
                found[number] = ask(given[number])
        except Empty:
            return
        except BaseException:
            failed = True
            raise

    with ThreadPoolExecutor(at_once) as pool:
        try:
            workers = [pool.submit(work) for _ in range(min(at_once, len(given)))]
            while wait(workers, _LOOK_SECONDS).not_done:
                pass
            for worker in workers:
                worker.result()
        finally:
            failed = True  # Ctrl-C too ends it, without the rest
    return [found[number] for number in range(len(given))]
