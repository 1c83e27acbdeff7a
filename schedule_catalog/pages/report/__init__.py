"""Report: one HTML page that shows when every schedule of a catalog fires."""

from __future__ import annotations

from schedule_catalog.pages.report.origin import origin
from schedule_catalog.pages.report.page import page
from schedule_catalog.pages.report.report import report

__all__ = ("origin", "page", "report")
