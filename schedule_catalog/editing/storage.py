"""Atomic replacement of files: readers, and an interruption at any time, see the old content or the new."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from typing import TYPE_CHECKING

from schedule_catalog.editing.errors import StorageError
from schedule_catalog.errors import os_reason

if TYPE_CHECKING:
    from pathlib import Path

# An exclusive creation follows no link; Windows has only O_BINARY.
_FLAGS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def replace_file(path: Path, before: bytes, data: bytes) -> None:
    """Replace a regular file that still contains *before* by *data*; its mode stays.

    Raises StorageError for a symbolic link and the like, for a file that was changed meanwhile, and if it cannot be
    written; the file is then unchanged.
    """
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            raise StorageError(path, "is not a regular file: only regular files are written")
        if not os.access(path, os.W_OK):
            raise StorageError(path, "cannot be written: it is read-only")
        if path.read_bytes() != before:
            raise StorageError(path, "was changed meanwhile: run this again")
        temporary = _written_beside(path, data, stat.S_IMODE(status.st_mode))
        try:
            temporary.replace(path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise
        _keep(path.parent)
    except OSError as error:
        raise _translated(error, path) from error


def create_file(path: Path, data: bytes) -> None:
    """Write a new file; raises StorageError if it exists, or cannot be written."""
    try:
        mask = os.umask(0)
        os.umask(mask)
        temporary = _written_beside(path, data, 0o666 & ~mask)
        try:
            os.link(temporary, path, follow_symlinks=False)  # unlike a rename, it never replaces a file
        finally:
            temporary.unlink(missing_ok=True)
        _keep(path.parent)
    except FileExistsError as error:
        raise StorageError(path, "already exists") from error
    except OSError as error:
        raise _translated(error, path) from error


def _translated(error: OSError, path: Path) -> Exception:
    """Error about the intended file; a full disk keeps its own error."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return OSError(error.errno, error.strerror, str(path))
    return StorageError(path, f"cannot be written: {os_reason(error)}")


def _written_beside(path: Path, data: bytes, mode: int) -> Path:
    """Path of a hidden file in the same folder, which no search for YAML files finds, already flushed to the disk."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FLAGS, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            if hasattr(os, "fchmod"):
                os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _keep(folder: Path) -> None:
    """Flush the folder, so that a rename survives a crash; systems that cannot open folders do this themselves."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
