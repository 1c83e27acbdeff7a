"""Names to addresses, within a time limit, which the system's own resolver does not know."""

from __future__ import annotations

import socket
from queue import Empty, SimpleQueue
from threading import BoundedSemaphore, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# A lookup that nobody waits for any more goes on until the system's resolver gives up, usually within half a minute.
MAX_LOOKUPS = 16


class Lookup:
    """The system's resolver, each lookup in a thread that is left behind when it takes too long."""

    def __init__(self, system: Callable[[str], list[str]] | None = None) -> None:
        self._system = system or _system
        self._free = BoundedSemaphore(MAX_LOOKUPS)

    def __call__(self, host: str, seconds: float, /) -> tuple[str, ...]:
        """The addresses of `host` in the system's order, none when it has none; TimeoutError after `seconds`."""
        if not self._free.acquire(timeout=seconds):
            raise TimeoutError("too many lookups hang")
        answers: SimpleQueue[tuple[str, ...]] = SimpleQueue()
        try:
            Thread(target=self._look_up, args=(host, answers), daemon=True).start()
        except RuntimeError:
            self._free.release()
            raise TimeoutError("there is no thread for a lookup") from None
        try:
            return answers.get(timeout=seconds)
        except Empty:
            raise TimeoutError("the lookup hangs") from None

    def _look_up(self, host: str, answers: SimpleQueue[tuple[str, ...]]) -> None:
        addresses: tuple[str, ...] = ()
        try:
            addresses = tuple(dict.fromkeys(self._system(host)))
        except (OSError, UnicodeError):
            pass
        finally:
            self._free.release()
            answers.put(addresses)


def _system(host: str) -> list[str]:
    # As bytes, for Python would pass a text through its own reading of IDNA.
    return [str(found[4][0]) for found in socket.getaddrinfo(host.encode("ascii"), None, type=socket.SOCK_STREAM)]
