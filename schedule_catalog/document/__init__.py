"""YAML files as plain values with positions: found, read in one pass, refused with a place when they are not plain."""

from __future__ import annotations

from schedule_catalog.document.document import Document, parse_document, read_document
from schedule_catalog.document.files import Found, SourceFile, find_files
from schedule_catalog.document.positions import Pointer

__all__ = ("Document", "Found", "Pointer", "SourceFile", "find_files", "parse_document", "read_document")
