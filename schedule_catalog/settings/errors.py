"""Errors in a stack's settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule_client.contract.records import frozen

if TYPE_CHECKING:
    from pathlib import Path


@frozen(order=True)
class Mistake:
    """Invalid setting: its key, the mistake, and the command line that fixes it."""

    key: str
    message: str
    command: str

    def __str__(self) -> str:
        return f"{self.key}: {self.message}; run: {self.command}"


class SettingsError(ValueError):
    """The settings of a stack are invalid; every mistake is listed, one a line."""

    def __init__(self, stack: str, mistakes: tuple[Mistake, ...]) -> None:
        self.stack = stack
        self.mistakes = mistakes
        super().__init__("\n".join(str(mistake) for mistake in mistakes))


class SettingsFileError(ValueError):
    """A settings file cannot be read; the lines have the position and the reason."""

    def __init__(self, path: Path, lines: str) -> None:
        self.path = path
        super().__init__(lines)
