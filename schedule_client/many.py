"""Many calls: concurrent, limited in rate, each with its own result."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from typing import TYPE_CHECKING

from schedule_client.call import PlannedCall, PlanResult
from schedule_client.deadline import check
from schedule_client.errors import ScheduleError, SettingsError

if TYPE_CHECKING:
    from schedule_client.call import ScheduledCall


class Pace:
    """Lets `per_second` callers through in a second, evenly, from any thread."""

    def __init__(
        self,
        per_second: float,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        if isinstance(per_second, bool) or not isinstance(per_second, int | float) or not per_second > 0:  # pyright: ignore[reportUnnecessaryIsInstance]
            raise SettingsError(f"per_second is {per_second!r}: give a rate above 0")
        self._gap, self._sleep, self._monotonic = 1 / per_second, sleep, monotonic
        self._lock, self._next = threading.Lock(), monotonic()

    def wait(self) -> None:
        """Return when it is this caller's turn; TimedOutError if that is too late."""
        with self._lock:
            now = self._monotonic()
            turn = max(self._next, now)
            self._next = turn + self._gap
        if turn > now:
            check(turn - now)
            self._sleep(turn - now)


def schedule_all(
    schedule: Callable[[PlannedCall], ScheduledCall],
    plans: Iterable[PlannedCall],
    concurrency: int,
    pace: Pace,
    progress: Callable[[int], None] | None = None,
) -> list[PlanResult]:
    """Return the result of `schedule` for each of `plans`, in order; `progress` receives, in this thread, the count.

    A plan is read only when a thread is free for it, so that plans may be generated meanwhile.
    """
    if type(concurrency) is not int or concurrency < 1:
        raise SettingsError(f"concurrency is {concurrency!r}: give a whole number from 1")
    results: dict[int, PlanResult] = {}

    def one(number: int, plan: PlannedCall) -> tuple[int, PlanResult]:
        try:
            pace.wait()
            return number, PlanResult(plan, schedule(plan))
        except ScheduleError as error:
            return number, PlanResult(plan, error=error)

    pool = ThreadPoolExecutor(concurrency, thread_name_prefix="schedule-many")
    try:
        # Each in a context like this one, which has the time limit.
        waiting = (pool.submit(copy_context().run, one, number, plan) for number, plan in enumerate(plans))
        for number, result in _as_completed(waiting, concurrency):
            results[number] = result
            if progress is not None:
                progress(len(results))
    finally:
        pool.shutdown(cancel_futures=True)
    return [results[number] for number in range(len(results))]


def _as_completed(submitted: Iterator[Future[tuple[int, PlanResult]]], most: int) -> Iterator[tuple[int, PlanResult]]:
    """Results in the order of completion, with at most `most` taken from `submitted` and not done."""
    running: set[Future[tuple[int, PlanResult]]] = set()
    more = True
    while more or running:
        while more and len(running) < most:
            future = next(submitted, None)
            if future is None:
                more = False
            else:
                running.add(future)
        done = wait(running, return_when=FIRST_COMPLETED).done
        running -= done
        for future in done:
            yield future.result()
