"""Missing lines in the emulator's log of a function: written before a response, but read after it."""

from __future__ import annotations

import os
import selectors
import threading
from collections.abc import Callable
from io import FileIO
from queue import Queue
from typing import Any, cast
from weakref import WeakKeyDictionary

_PATIENCE_SECONDS = 0.25
_CHUNK = 1 << 16


class Pipe:
    """Standard error of one process: its pump reads it, and so does the reader of a response."""

    def __init__(self, end: FileIO, lines: Queue[str]) -> None:
        os.set_blocking(end.fileno(), False)
        self._end = end
        self._lines = lines
        self._rest = b""
        self._lock = threading.Lock()

    def pump(self) -> None:
        """Pass lines on as they come, until the process closes its end: it must never wait for a reader."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._end, selectors.EVENT_READ)
            while self.take():
                selector.select()

    def take(self) -> bool:
        """Pass on every line that was written until now; false when no more will come."""
        with self._lock:
            while chunk := self._end.read(_CHUNK):
                *lines, self._rest = (self._rest + chunk).split(b"\n")
                for line in lines:
                    self._lines.put(line.decode(errors="replace"))
            ended = chunk is not None
            if ended and self._rest:  # the last words of a process that was killed in the middle of a line
                self._lines.put(self._rest.decode(errors="replace"))
                self._rest = b""
            return not ended


def complete_logs() -> None:
    """Give each invocation's log all lines that the function wrote before it answered.

    The emulator waits 5 ms for a further line. On a busy machine what comes later stands in the log of the next
    invocation, or nowhere when there is none.
    """
    import ministack.core.lambda_runtime as runtime  # pyright: ignore[reportMissingTypeStubs]

    pipes: WeakKeyDictionary[Any, Pipe] = WeakKeyDictionary()
    lock = threading.Lock()
    taken_so_far = cast("Callable[[Any], str]", runtime.Worker._drain_stderr)  # pyright: ignore[reportPrivateUsage]

    def pipe_of(worker: Any) -> Pipe:
        with lock:
            return pipes.setdefault(worker._proc, Pipe(worker._proc.stderr.buffer.raw, worker._stderr_queue))

    def drain(worker: Any, **_: float) -> str:
        if worker._proc is None:  # it failed and was ended: its pump reads what there is
            worker._stderr_thread.join(_PATIENCE_SECONDS)
        else:
            pipe_of(worker).take()
        return taken_so_far(worker)

    def read(worker: Any) -> None:
        pipe_of(worker).pump()

    methods: dict[str, Callable[..., str | None]] = {
        "_read_stderr": read,
        "_drain_stderr": drain,
        "_drain_stderr_bounded": drain,
    }
    runtime.Worker = type("Worker", (runtime.Worker,), methods)
