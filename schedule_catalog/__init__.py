"""HTTP schedules as reviewed YAML: read, checked, and turned into what EventBridge Scheduler is told."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schedule_catalog.catalog import Catalog
    from schedule_catalog.entry import Entry
    from schedule_catalog.errors import CatalogError, RevisionError
    from schedule_catalog.fires import entry_fires
    from schedule_catalog.hazards import Hazard
    from schedule_catalog.pipeline import check, check_documents
    from schedule_catalog.problem import Place, Problem, Severity
    from schedule_catalog.revision import documents_at
    from schedule_catalog.volume import calls_per_month

__all__ = (
    "Catalog",
    "CatalogError",
    "Entry",
    "Hazard",
    "Place",
    "Problem",
    "RevisionError",
    "Severity",
    "calls_per_month",
    "check",
    "check_documents",
    "documents_at",
    "entry_fires",
)

_MODULES = {
    "Catalog": "catalog",
    "CatalogError": "errors",
    "Entry": "entry",
    "Hazard": "hazards",
    "Place": "problem",
    "Problem": "problem",
    "RevisionError": "errors",
    "Severity": "problem",
    "calls_per_month": "volume",
    "check": "pipeline",
    "check_documents": "pipeline",
    "documents_at": "revision",
    "entry_fires": "fires",
}


def __getattr__(name: str) -> object:
    """Import what is asked for when it is, because `schedules --help` asks for none of it (PEP 562)."""
    if name in _MODULES:
        return getattr(import_module(f".{_MODULES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
