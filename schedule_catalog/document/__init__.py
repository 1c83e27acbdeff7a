"""YAML files as plain values with positions, read in one pass; files that are not plain are refused."""

from __future__ import annotations

from schedule_catalog.document.document import Document, parse_document, read_document
from schedule_catalog.document.files import SourceFile, find_files, place_in, size_of
from schedule_catalog.document.positions import Pointer

__all__ = ("Document", "Pointer", "SourceFile", "find_files", "parse_document", "place_in", "read_document", "size_of")
