"""Errors of reading a catalog, apart from its problems."""

from __future__ import annotations

import errno

# The usual reasons: systems, and their versions, word them differently.
_REASONS = {
    errno.ENOENT: "no such file or directory",
    errno.EACCES: "permission denied",
    errno.EPERM: "the operation is not permitted",
    errno.EISDIR: "it is a folder",
    errno.ENOTDIR: "a part of its path is not a folder",
    errno.EEXIST: "it already exists",
    errno.ELOOP: "too many symbolic links",
    errno.ENAMETOOLONG: "its name is too long",
    errno.ENOSPC: "no space left on the disk",
    errno.EDQUOT: "the disk quota is used up",
    errno.EROFS: "the disk is read-only",
    errno.EMFILE: "too many open files",
    errno.ENFILE: "too many open files",
    errno.EIO: "the disk failed",
}


def os_reason(error: OSError) -> str:
    """Return the reason for the operating system's refusal, in the same words on each system."""
    number = error.errno or 0
    return _REASONS.get(number) or f"the system answered {errno.errorcode.get(number, type(error).__name__)}"


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
    """Git refuses, or its output is too large or too late."""


class MissingObjectError(GitError):
    """An object of a commit is not in this clone."""


class PlanError(CatalogError):
    """The text is not the preview of one stack."""
