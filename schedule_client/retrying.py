"""Retries of temporary failures: a new role that is not known everywhere, a schedule that is being changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from schedule_client.deadline import check
from schedule_client.errors import ConflictError, RoleError

T = TypeVar("T")

# A new role can be assumed everywhere within about a minute.
ROLE_PATIENCE = timedelta(seconds=60)
_ROLE_PAUSE_SECONDS = 3.0
_CONFLICT_PAUSES = (0.2, 1.0, 3.0)


class Retrying:
    """Waits by `sleep`, as long as `clock` allows."""

    def __init__(self, clock: Callable[[], datetime], sleep: Callable[[float], None]) -> None:
        self._clock, self._sleep = clock, sleep

    def with_role(self, attempt: Callable[[], T]) -> T:
        """Call `attempt`, again for up to ROLE_PATIENCE while it raises RoleError."""
        ends: datetime | None = None
        while True:
            try:
                return attempt()
            except RoleError:
                now = self._clock()
                ends = ends or now + ROLE_PATIENCE
                if now >= ends:
                    raise
            check(_ROLE_PAUSE_SECONDS)
            self._sleep(_ROLE_PAUSE_SECONDS)

    def with_conflicts(self, attempt: Callable[[], T]) -> T:
        """Call `attempt`, again a few times while it raises ConflictError."""
        for pause in _CONFLICT_PAUSES:
            try:
                return attempt()
            except ConflictError:
                check(pause)
                self._sleep(pause)
        return attempt()
