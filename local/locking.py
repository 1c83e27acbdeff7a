"""A lock on a state folder that the operating system releases with its last holder."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

from local.errors import StateInUseError

_POLL_SECONDS = 0.05


def lock_folder(folder: Path, name: str, *, patience_seconds: float) -> int:
    """Lock a folder and return the descriptor that holds the lock; a child that inherits it holds it too.

    A stale holder that is still saving its state is waited for; then StateInUseError.
    """
    descriptor = os.open(folder / name, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + patience_seconds
    while not _locked(descriptor):
        if time.monotonic() > deadline:
            os.close(descriptor)
            raise StateInUseError(folder)
        time.sleep(_POLL_SECONDS)
    return descriptor


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
