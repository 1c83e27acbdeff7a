"""Errors on the laptop."""

from __future__ import annotations

from pathlib import Path


class LocalError(Exception):
    """The laptop stack cannot go on; the message says what to do."""


class EmulatorError(LocalError):
    """The emulator did not start, or is not running."""

    def __init__(self, message: str, *, log: str = "") -> None:
        super().__init__(f"{message}\n{log}" if log else message)
        self.log = log


class StateInUseError(LocalError):
    """Another process works on the same state folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f'the state folder "{folder}" is in use by another stack: end that one, or name another folder'
        )
        self.folder = folder


class LogUnreadableError(LocalError):
    """The emulator does not return the lines of a log."""


class DeployerError(LocalError):
    """The deployer cannot run the program at all, whatever the program says."""


class CallbackError(LocalError):
    """The callback service did not start."""


class EngineError(LocalError):
    """Pulumi's own engine cannot be had, or does not do what it should."""
