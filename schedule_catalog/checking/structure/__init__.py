"""Structure of a document as a catalog file or a calendar, with a fix for each mistake."""

from __future__ import annotations

from schedule_catalog.checking.structure.structure import structure_problems

__all__ = ("structure_problems",)
