"""Refusals of jobs."""

from __future__ import annotations


class NotConvertibleError(Exception):
    """A job has no provable equivalent in a catalog; the message has the reason and the solution."""
