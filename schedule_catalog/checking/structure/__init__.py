"""Whether a document has the structure of a catalog file, and what to write where it has not."""

from __future__ import annotations

from schedule_catalog.checking.structure.structure import structure_problems

__all__ = ("structure_problems",)
