"""Look-up of names with a time limit, which the system's own resolver does not have."""

from __future__ import annotations

import socket
from queue import Empty, SimpleQueue
from threading import BoundedSemaphore, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# An abandoned look-up continues until the system's resolver times out, usually within half a minute.
MAX_LOOKUPS = 16


class Lookup:
    """System's resolver; each look-up runs in a thread, which is abandoned if it takes too long."""

    def __init__(self, system: Callable[[str], list[str]] | None = None) -> None:
        self._system = system or _system
        self._free = BoundedSemaphore(MAX_LOOKUPS)

    def __call__(self, host: str, seconds: float, /) -> tuple[str, ...]:
        """Return the addresses of `host` in the system's order, possibly none; TimeoutError after `seconds`."""
        if not self._free.acquire(timeout=seconds):
            raise TimeoutError("too many lookups hang")
        answers: SimpleQueue[tuple[str, ...]] = SimpleQueue()
        try:
            Thread(target=self._look_up, args=(host, answers), daemon=True).start()
        except RuntimeError:
            self._free.release()
            raise TimeoutError("no thread is available for a look-up") from None
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
    # As bytes, since Python applies its own IDNA to a text.
    return [str(found[4][0]) for found in socket.getaddrinfo(host.encode("ascii"), None, type=socket.SOCK_STREAM)]
