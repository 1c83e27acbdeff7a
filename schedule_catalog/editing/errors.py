"""Errors of edits, which leave the file unchanged."""

from __future__ import annotations


class EditError(Exception):
    """The file cannot be edited; nothing was written."""


class StorageError(EditError):
    """The file cannot be written; its previous content is preserved."""

    def __init__(self, path: object, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f'"{path}" {reason}')
