"""What the service answers instead of what it was asked for."""

from __future__ import annotations


class ProblemError(Exception):
    """An answer of RFC 9457: a status, a `kind` that names the problem type, and a sentence."""

    def __init__(self, status: int, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.detail = detail


class SettingsError(ValueError):
    """An environment from which the service cannot start."""
