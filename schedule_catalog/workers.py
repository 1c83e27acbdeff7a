"""Work, shared by several processes.

A helper is a fork of this process: it has all data already, so nothing is sent to it, and its results come back through
a pipe. This process does the parts that a helper leaves undone because it was killed or could not start: the results
are the same with and without helpers.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, NoReturn, TypeVar

from schedule_client.contract.records import frozen

Thing = TypeVar("Thing")
Result = TypeVar("Result")

_PROCESSES_MAX = 4
# So many that the wait for the last of them is short; each has a number in one byte.
_PARTS = 192


@frozen
class Workers:
    """Number of processes that share the work.

    processes: including this one.
    enough: the least weight that justifies another process; things weigh 1 each, unless they are weighed.
    """

    processes: int
    enough: int = 2_000

    @classmethod
    def of_machine(cls) -> Workers:
        """Return one for each core that this process may use, up to four; only this one if forks are not safe."""
        if sys.platform != "linux" or not hasattr(os, "sched_getaffinity"):
            return ALONE
        return cls(min(len(os.sched_getaffinity(0)), _PROCESSES_MAX))

    def share(
        self,
        work: Callable[[Sequence[Thing]], Result],
        things: Sequence[Thing],
        weights: Sequence[int] | None = None,
    ) -> list[Result]:
        """Call *work* on consecutive parts of *things* and return the results in their order.

        weights: of the things; parts are of about the same weight. A result must pickle. A process with threads, or on
            a system without forks, does all the work itself.
        """
        weights = weights if weights is not None else [1] * len(things)
        parts = _parts(things, weights)
        if self.processes < 2 or len(parts) < 2 or sum(weights) < self.enough or not _may_fork():
            return [work(part) for part in parts]
        # The first part is done before the helpers start, so that they have its imports and caches.
        done = {0: work(parts[0])} | _done_by_all(self.processes, work, parts)
        return [done[number] if number in done else work(part) for number, part in enumerate(parts)]


def _may_fork() -> bool:
    import threading

    return threading.active_count() == 1 and hasattr(os, "fork")


ALONE = Workers(1)
"""All work in this process."""


def _parts(things: Sequence[Thing], weights: Sequence[int]) -> list[Sequence[Thing]]:
    """Cut *things* where a share of the whole weight is full."""
    most = max(1, -(-sum(weights) // _PARTS))
    parts: list[Sequence[Thing]] = []
    begin = weight = 0
    for end, each in enumerate(weights, 1):
        weight += each
        if weight >= most or end == len(things):
            parts.append(things[begin:end])
            begin, weight = end, 0
    return parts


def _done_by_all(
    processes: int, work: Callable[[Sequence[Thing]], Result], parts: Sequence[Sequence[Thing]]
) -> dict[int, Result]:
    """Do all parts but the first; each free process takes the next number from a pipe that has all of them."""
    import pickle

    from schedule_catalog.packing import packed

    numbers, filling = os.pipe()
    with os.fdopen(filling, "wb") as pipe:
        pipe.write(bytes(range(1, len(parts))))

    def free() -> Iterator[int]:
        return (number[0] for number in iter(lambda: os.read(numbers, 1), b""))

    def helped() -> dict[int, bytes]:
        # Packed part by part: a helper that packs everything at its end makes the others wait for it.
        return {number: packed(work(parts[number])) for number in free()}

    helpers: list[_Helper] = []
    try:
        helpers.extend(_started(processes - 1, helped))
        done = {number: work(parts[number]) for number in free()}
        for helper in helpers:
            done.update((number, pickle.loads(each)) for number, each in helper.results().items())  # noqa: S301 - ours
        return done
    finally:
        os.close(numbers)
        for helper in helpers:
            helper.stop()


def _started(count: int, task: Callable[[], Any]) -> Iterator[_Helper]:
    with suppress(OSError):  # no memory or no process left: fewer helpers are enough
        for _ in range(count):
            yield _Helper(task)


class _Helper:
    """Fork that does one task and ends."""

    def __init__(self, task: Callable[[], Any]) -> None:
        reading, writing = os.pipe()
        self._output = os.fdopen(reading, "rb")
        with os.fdopen(writing, "wb") as output:
            self._process = self._fork()
            if self._process == 0:
                self._output.close()  # so that writing fails, instead of waiting, when the reader is gone
                _serve(task, output)
        self._running = True

    def results(self) -> Mapping[int, Any]:
        """Wait for the result of the task; nothing if the process failed."""
        import pickle

        data = self._output.read()
        return pickle.loads(data) if self._wait() == 0 else {}  # noqa: S301 - a process of our own wrote it

    def stop(self) -> None:
        """End the process at once."""
        from signal import SIGKILL

        self._output.close()
        if self._running:
            os.kill(self._process, SIGKILL)
            self._wait()

    def _fork(self) -> int:
        try:
            return os.fork()
        except OSError:
            self._output.close()
            raise

    def _wait(self) -> int:
        self._running = False
        return os.waitpid(self._process, 0)[1]


def _serve(task: Callable[[], Any], output: Any) -> NoReturn:
    """Write the result of a task and end here: open files of the parent are not ours to finish."""
    import pickle

    status = 1
    try:
        pickle.dump(task(), output, pickle.HIGHEST_PROTOCOL)
        output.flush()
        status = 0
    finally:
        os._exit(status)
