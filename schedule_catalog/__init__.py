"""HTTP schedules as reviewed YAML: read, checked, and turned into what EventBridge Scheduler is told."""

from __future__ import annotations

from .catalog import Catalog
from .check import check, check_documents
from .entry import Entry
from .errors import CatalogError, RevisionError
from .fires import entry_fires
from .problem import Place, Problem, Severity
from .revision import documents_at

__all__ = (
    "Catalog",
    "CatalogError",
    "Entry",
    "Place",
    "Problem",
    "RevisionError",
    "Severity",
    "check",
    "check_documents",
    "documents_at",
    "entry_fires",
)
