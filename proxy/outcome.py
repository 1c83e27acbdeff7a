"""Outcome of a call: delivered, retryable, or final."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from proxy.errors import ProxyError, RefusedError, UnavailableError
from schedule_client.contract.records import frozen

if TYPE_CHECKING:
    from proxy.transport import Reply

Verdict: TypeAlias = Literal["delivered", "retryable", "permanent"]
# Request Timeout, Too Early, Too Many Requests (RFC 9110 15.5.9, RFC 8470 5.2, RFC 6585 4), and every 5xx.
_RETRYABLE = frozenset((408, 425, 429))


@frozen
class Outcome:
    """Outcome of one attempt; `reason` is absent if delivered, `reply` if the target did not respond.

    `traceparent` is the header of the attempt, `milliseconds` its duration, `retry_after_seconds` the shortest delay
    before the next one, if the target of a retryable failure requests it. `called` is false for a failure of the
    proxy's own stores before anything was sent: the run still waits, and that does not count as an attempt.
    """

    verdict: Verdict
    reason: str | None = None
    message: str | None = None
    reply: Reply | None = None
    traceparent: str | None = None
    milliseconds: float | None = None
    retry_after_seconds: float | None = None
    called: bool = True

    @property
    def status(self) -> int | None:
        """HTTP status of the target."""
        return self.reply.status if self.reply else None


def of_reply(reply: Reply) -> Outcome:
    """Return the outcome of an answered call; only the status counts, as that is the target's verdict."""
    status = reply.status
    if 200 <= status < 300:
        return Outcome("delivered", reply=reply)
    if 300 <= status < 400:
        where = f' to "{shown}"' if (shown := _place(reply.location)) else ""
        return Outcome(
            "permanent", "redirect", f"the target answered {status}{where}: redirects are not followed", reply
        )
    reason = f"http-{status}"
    if status not in _RETRYABLE and status < 500:
        return Outcome("permanent", reason, f"the target answered {status}", reply)
    if reply.stop:
        return Outcome("permanent", reason, f'the target answered {status} with "Webhook-Retry: no"', reply)
    message, wait = f"the target answered {status}", reply.retry_after_seconds
    return Outcome("retryable", reason, message, reply, retry_after_seconds=wait)


def _place(location: str | None) -> str | None:
    """Scheme and host of a Location, or its path: never its query, which may contain credentials."""
    if location is None or not location.isascii() or not location.isprintable():
        return None
    return location.partition("?")[0].partition("#")[0].rpartition("@")[2][:200]


def of_error(error: ProxyError) -> Outcome:
    """Return the outcome of a refused call, or of one without a response."""
    verdict: Verdict = "permanent" if isinstance(error, RefusedError) else "retryable"
    return Outcome(verdict, error.reason, error.message, called=not isinstance(error, UnavailableError))
