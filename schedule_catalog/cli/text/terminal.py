"""Terminal of the output: whether it shows colours, and its width."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextvars import ContextVar
from enum import Enum
from typing import Literal, NamedTuple, TextIO, TypeAlias

Choice: TypeAlias = Literal["auto", "always", "never"]
NARROWEST = 40


class Style(Enum):
    """Styles, by their SGR parameters (ECMA-48 8.3.117)."""

    ERROR = "1;31"
    WARNING = "1;33"
    NOTE = "1;36"
    GOOD = "32"
    CARET = "1;32"


class Terminal(NamedTuple):
    """Capabilities of the output.

    columns: cells of a line; None if the output is not a terminal, so that a line has any length.
    """

    colour: bool = False
    columns: int | None = None

    @classmethod
    def of(cls, stream: TextIO, choice: Choice, environment: Mapping[str, str]) -> Terminal:
        """Return the terminal of a stream; `auto` shows colours on a terminal without NO_COLOR (https://no-color.org)."""
        is_terminal = stream.isatty() and environment.get("TERM") != "dumb"
        wanted = is_terminal and not environment.get("NO_COLOR")
        columns = max(NARROWEST, os.get_terminal_size(stream.fileno()).columns) if stream.isatty() else None
        return cls(wanted if choice == "auto" else choice == "always", columns)

    def painted(self, text: str, style: Style | None) -> str:
        """Return a text in a style, if colours are shown."""
        return f"\x1b[{style.value}m{text}\x1b[0m" if self.colour and style is not None and text else text


PLAIN_FILE = Terminal()
TERMINAL: ContextVar[Terminal] = ContextVar("terminal", default=PLAIN_FILE)
"""Terminal of the running command; a plain file unless the command line sets it."""
