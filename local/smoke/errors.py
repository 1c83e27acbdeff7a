"""Errors of a step that did not pass."""

from __future__ import annotations


class SkippedError(Exception):
    """Something that cannot be seen here; its text says why."""


class FailedError(Exception):
    """Something that is not as it should be; its text says what was seen."""
