"""Delay before another attempt: exponential, with full jitter, up to a cap.

https://docs.aws.amazon.com/prescriptive-guidance/latest/cloud-design-patterns/retry-backoff.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

FIRST_SECONDS = 10.0
CAP_SECONDS = 900.0
# Added to a target's Retry-After, so that runs with the same value do not all return in the same second.
SPREAD = 0.1


def delay(attempt: int, retry_after: float | None, chance: Random) -> float:
    """Return the seconds from the end of `attempt` (from 1) to the next, at least a target's Retry-After."""
    most = min(FIRST_SECONDS * 2.0 ** min(attempt - 1, 30), CAP_SECONDS)
    waited = chance.uniform(0.0, most)
    if retry_after is None:
        return waited
    return max(waited, retry_after + chance.uniform(0.0, retry_after * SPREAD))
