"""Why a file of the catalog is left as it is."""

from __future__ import annotations


class EditError(Exception):
    """A file cannot be edited, and nothing was written."""


class StorageError(EditError):
    """A file cannot be written; what was there before is still there."""

    def __init__(self, path: object, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f'"{path}" {reason}')
