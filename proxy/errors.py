"""Errors of calls that were not made, or not answered: data for the outcome, never text for a traceback.

No message contains a header's value, a body or a secret.
"""

from __future__ import annotations


class ProxyError(Exception):
    """The call has no response; `reason` is one word for logs and metrics, `message` a sentence for people."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


class RefusedError(ProxyError):
    """This proxy does not make the call, now or later: nothing was sent."""


class UnavailableError(ProxyError):
    """The call needs something that is temporarily unavailable: nothing was sent."""


class TransportError(ProxyError):
    """The call got no response; the target may have seen it."""


class HandshakeError(TransportError):
    """One side refused the other in TLS: the target has not seen the call."""
