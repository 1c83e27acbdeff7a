"""Time of the retry of a failed delivery, and its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.dispatcher.errors import DeliveryError
    from local.dispatcher.run import Run
    from local.dispatcher.schedule import Handover

FIRST_DELAY = timedelta(seconds=1)
LONGEST_DELAY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class RetryVerdict:
    """Either when to try again, or which condition of the retry policy is exhausted ("" for a permanent error)."""

    again: datetime | None
    exhausted: str = ""


def judge(run: Run, delivery: Handover, error: DeliveryError, now: datetime) -> RetryVerdict:
    """Result of a failed attempt.

    The delay doubles up to five minutes. The retry policy is that of
    docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html; its age counts from the first attempt.
    """
    if not error.retryable:
        return RetryVerdict(None)
    if run.attempts > delivery.max_retries:
        return RetryVerdict(None, "MaximumRetryAttempts")
    again = now + delay(run.attempts)
    if again > (run.begun or now) + timedelta(seconds=delivery.max_age_seconds):
        return RetryVerdict(None, "MaximumEventAgeInSeconds")
    return RetryVerdict(again)


def delay(attempts: int) -> timedelta:
    """Return the delay after that many attempts."""
    return min(FIRST_DELAY * 2 ** min(attempts - 1, 20), LONGEST_DELAY)
