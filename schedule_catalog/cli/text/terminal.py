"""The terminal at the other end of the output: whether it shows colours, and how wide it is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextvars import ContextVar
from enum import Enum
from typing import Literal, NamedTuple, TextIO, TypeAlias

Choice: TypeAlias = Literal["auto", "always", "never"]
NARROWEST = 40


class Style(Enum):
    """Uses of colour, by their SGR parameters (ECMA-48 8.3.117)."""

    ERROR = "1;31"
    WARNING = "1;33"
    NOTE = "1;36"
    GOOD = "32"
    CARET = "1;32"
    HEADING = "1"


class Terminal(NamedTuple):
    """What the output may use.

    columns: cells of a line; None where the output is no terminal, and a line has any length.
    """

    colour: bool = False
    columns: int | None = None

    @classmethod
    def of(cls, stream: TextIO, choice: Choice, environment: Mapping[str, str]) -> Terminal:
        """Return what a stream is; `auto` shows colours on a terminal, unless NO_COLOR is set (https://no-color.org)."""
        is_terminal = stream.isatty() and environment.get("TERM") != "dumb"
        wanted = is_terminal and not environment.get("NO_COLOR")
        columns = max(NARROWEST, os.get_terminal_size(stream.fileno()).columns) if stream.isatty() else None
        return cls(wanted if choice == "auto" else choice == "always", columns)

    def painted(self, text: str, style: Style | None) -> str:
        """Return a text in a style, where colours are shown."""
        return f"\x1b[{style.value}m{text}\x1b[0m" if self.colour and style is not None and text else text


PLAIN_FILE = Terminal()
TERMINAL: ContextVar[Terminal] = ContextVar("terminal", default=PLAIN_FILE)
"""The terminal of the command that runs; a plain file unless the command line has set it."""
