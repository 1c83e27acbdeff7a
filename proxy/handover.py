"""What happens to a retryable failure: nobody may have to look for it.

Behind the aliases `catalog` and `adhoc` stands Lambda's queue of asynchronous invocations, filled by EventBridge
Scheduler. A failure raised there is invoked again by Lambda, and after the last time kept by the function's OnFailure
destination. Whoever invokes the function in another way waits for the answer and is told in it; so is a request whose
`max_attempts` is 1, which asks not to be tried again.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from proxy.errors import DeliveryFailedError

if TYPE_CHECKING:
    from proxy.outcome import Outcome
    from proxy.run import Run

_ASYNCHRONOUS = ("catalog", "adhoc")


class HandOver(Protocol):
    """Takes a retryable failure over, or leaves it to the caller."""

    def __call__(self, run: Run, outcome: Outcome) -> bool:
        """Whether somebody else now answers for `run`."""
        ...


def to_lambda(run: Run, outcome: Outcome) -> bool:
    """Give a retryable failure back to Lambda's own retries by raising DeliveryFailedError, where there are any."""
    retry = run.request.retry
    if run.origin in _ASYNCHRONOUS and (retry is None or retry.max_attempts != 1):
        raise DeliveryFailedError(outcome.reason or "", f"run {run.key} failed: {outcome.message}")
    return False
