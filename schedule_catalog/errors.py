"""What can go wrong with a catalog besides its problems."""

from __future__ import annotations


class CatalogError(Exception):
    """The catalog cannot be read at all."""


class ManifestError(Exception):
    """The manifest of a stack cannot be read."""


class RevisionError(CatalogError):
    """The catalog cannot be read at a git revision."""

    def __init__(self, revision: str, reason: str) -> None:
        self.revision = revision
        self.reason = reason
        super().__init__(reason)


class GitError(CatalogError):
    """Git refuses, or what it would answer is out of bounds."""


class MissingObjectError(GitError):
    """An object of a commit is not in this clone."""


class PlanError(CatalogError):
    """A text is not the preview of one stack."""
