"""The time that a call of the client may take, over all of its requests and pauses."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar

from schedule_client.errors import SettingsError, TimedOutError

_LONGEST_BACKOFF_SECONDS = 20.0
_ends: ContextVar[tuple[float, Callable[[], float], float] | None] = ContextVar("ends", default=None)


@contextmanager
def within(seconds: float | None, monotonic: Callable[[], float] = time.monotonic) -> Generator[None]:
    """Limit the block to `seconds`, as far as it calls `check` and `check_pause`; None sets no limit.

    A limit within another does not put the end off.
    """
    if seconds is None:
        yield
        return
    checked_seconds(seconds)
    ends, before = monotonic() + seconds, _ends.get()
    token = _ends.set((ends, monotonic, seconds) if before is None or ends < before[0] else before)
    try:
        yield
    finally:
        _ends.reset(token)


def checked_seconds(seconds: object) -> float:
    """Time in seconds; SettingsError for another value."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds < float("inf"):
        raise SettingsError(f"timeout is {seconds!r}: give seconds above 0, such as timeout=2.5")
    return float(seconds)


def check(pause_seconds: float = 0.0) -> None:
    """Raise TimedOutError if the time is over, or would be after a pause."""
    found = _ends.get()
    if found is not None and found[1]() + pause_seconds >= found[0]:
        raise timed_out(found[2])


def check_retry(attempts: int) -> None:
    """Raise TimedOutError if the longest pause that boto3 makes after so many attempts is too long."""
    check(min(2.0 ** max(attempts - 1, 0), _LONGEST_BACKOFF_SECONDS))


def timed_out(seconds: float) -> TimedOutError:
    """The error for a call that took longer than `seconds`."""
    return TimedOutError(
        f"EventBridge Scheduler gave no answer within {seconds:g} s; with a key the same call can be made again and "
        "happens once"
    )
