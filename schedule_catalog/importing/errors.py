"""Why a job of another system does not become an entry."""

from __future__ import annotations


class NotConvertibleError(Exception):
    """A job has no equal in a catalog, or none that can be proved; the message says why and what to do."""
