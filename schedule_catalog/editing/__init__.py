"""Edits of catalog files that preserve everything else: comments, layout, every other byte."""

from __future__ import annotations

from schedule_catalog.editing.addition import NewEntry, addition
from schedule_catalog.editing.catalog_files import catalog_files
from schedule_catalog.editing.content import schedules as schedules_of
from schedule_catalog.editing.content import secrets as secrets_of
from schedule_catalog.editing.errors import EditError, StorageError
from schedule_catalog.editing.insertion import inserted, new_file
from schedule_catalog.editing.layout import formatted
from schedule_catalog.editing.owner_file import owner_file
from schedule_catalog.editing.pruning import Pruning, prunings
from schedule_catalog.editing.schema_line import schema_line
from schedule_catalog.editing.storage import create_file, replace_file

__all__ = (
    "EditError",
    "NewEntry",
    "Pruning",
    "StorageError",
    "addition",
    "catalog_files",
    "create_file",
    "formatted",
    "inserted",
    "new_file",
    "owner_file",
    "prunings",
    "replace_file",
    "schedules_of",
    "schema_line",
    "secrets_of",
)
