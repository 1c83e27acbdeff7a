"""A command of the program as far from AWS as a company's laptop is: `python -m benchmarks.distant status ...`.

Each request takes 20 ms longer. Otherwise the command runs as a person starts it.
"""

from __future__ import annotations

import gc
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from schedule_catalog.operations import ServiceClients

DELAY_SECONDS = 0.02


class DistantClients:
    """Clients whose requests take longer, as over a network, and are counted by operation."""

    def __init__(self, clients: ServiceClients) -> None:
        self._clients = clients
        self._delayed: set[str] = set()
        self.requests: Counter[str] = Counter()
        self._lock = threading.Lock()

    def client(self, service: str) -> Any:
        """Return the client of one service."""
        found = self._clients.client(service)
        with self._lock:
            if service not in self._delayed:
                self._delayed.add(service)
                found.meta.events.register("before-send", self._travel)
        return found

    def _travel(self, event_name: str, **_: Any) -> None:
        with self._lock:
            self.requests[event_name.rpartition(".")[2]] += 1
        time.sleep(DELAY_SECONDS)


def main() -> None:
    """Run the command; every client that it makes is as far away."""
    gc.disable()  # as the program does first
    import boto3

    from schedule_catalog.cli.program import program

    session: Any = boto3.Session
    near = session.client

    def travel(**_: object) -> None:
        time.sleep(DELAY_SECONDS)

    def client(*arguments: Any, **options: Any) -> Any:
        made = near(*arguments, **options)
        made.meta.events.register("before-send", travel)
        return made

    session.client = client
    program()


if __name__ == "__main__":
    main()
