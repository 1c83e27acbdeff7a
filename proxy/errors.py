"""Why a call was not made, or not answered: data for the outcome, never text for a traceback.

No message holds a header's value, a body or a secret.
"""

from __future__ import annotations


class ProxyError(Exception):
    """A call without an answer; `reason` is one word for logs and metrics, `message` a sentence for people."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


class RefusedError(ProxyError):
    """A call that this proxy does not make, now or later: nothing was sent."""


class UnavailableError(ProxyError):
    """A call that could not be made for want of something that may come back: nothing was sent."""


class TransportError(ProxyError):
    """A call that got no answer; the target may have seen it."""
