"""The only way to the terminal: no text in a line is interpreted by its display.

A terminal interprets control characters; GitHub's log interprets workflow commands: `::` at the start of a line after
any blanks, and `##[` anywhere in it. https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from io import TextIOWrapper
from typing import Any, NamedTuple, TypeAlias

from schedule_catalog.cli.text.screen import printable, width, wrapped
from schedule_catalog.cli.text.terminal import TERMINAL, Style, Terminal

_COMMAND = re.compile(r"^( *):(?=:)")
_OLD_COMMAND = "##["


class Styled(NamedTuple):
    """Part of a line with its style."""

    text: str
    style: Style | None


Line: TypeAlias = "str | tuple[str | Styled, ...]"
"""Line as a text, or as its parts."""


def print_anything() -> None:
    """Escape characters that the terminal's encoding lacks, which would otherwise end the command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(*lines: Line) -> None:
    """Print lines; a line end inside one is escaped. A line wider than the terminal is wrapped."""
    terminal = TERMINAL.get()
    for line in lines:
        plain = harmless(_plain(line))
        if terminal.columns is not None and width(plain) > terminal.columns:
            print("\n".join(_restyled(wrapped(plain, terminal.columns), line, terminal)))
        else:
            print(_painted(line, plain, terminal))


def say_verbatim(*lines: str) -> None:
    """Print lines of a text that another program may read, such as a patch, without wrapping."""
    for line in lines:
        print(harmless(line))


def complain(*lines: str) -> None:
    """Print lines to the error output, after the standard output so far."""
    sys.stdout.flush()
    for line in lines:
        print(harmless(line), file=sys.stderr)


def ask(question: str) -> None:
    """Print a question to the error output; the answer is typed beside it."""
    print(harmless(question), end=" ", file=sys.stderr, flush=True)


def say_json(document: Any, indent: int = 2) -> None:
    """Print a JSON document."""
    print(harmless_json(json.dumps(document, ensure_ascii=False, indent=indent)))


def say_workflow_command(name: str, properties: Mapping[str, object], message: str) -> None:
    """Print a workflow command; its message cannot end it or start another one."""
    listed = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    print(f"::{name} {listed}::{_data(message)}")


def pass_on(data: bytes) -> None:
    """Write a file unchanged to the standard output, where another program reads it."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)


def harmless(line: str) -> str:
    """Return a line in which every character that a terminal or GitHub's log would interpret is shown by its number."""
    return _COMMAND.sub(r"\1<U+003A>", printable(line)).replace(_OLD_COMMAND, "#<U+0023>[")


def harmless_json(text: str) -> str:
    """Return an equal JSON text without such characters outside of escapes."""
    plain = text.replace(_OLD_COMMAND, "#\\u0023[")
    if plain.replace("\n", "").isprintable():
        return plain
    return "".join(mark if mark == "\n" or mark.isprintable() else json.dumps(mark)[1:-1] for mark in plain)


def _plain(line: Line) -> str:
    return line if isinstance(line, str) else "".join(part if isinstance(part, str) else part.text for part in line)


def _restyled(lines: list[str], line: Line, terminal: Terminal) -> Iterator[str]:
    """Wrapped parts of a line; a styled part that fits into one of them keeps its style."""
    pieces = [] if isinstance(line, str) else [part for part in line if isinstance(part, Styled) and part.text]
    for each in lines:
        for piece in [one for one in pieces if one.text in each]:
            each = each.replace(piece.text, terminal.painted(piece.text, piece.style), 1)
            pieces.remove(piece)
        yield each


def _painted(line: Line, plain: str, terminal: Terminal) -> str:
    """Harmless line with its styles; without styles where escaping depends on the whole line."""
    if isinstance(line, str) or not terminal.colour:
        return plain
    pieces = [part if isinstance(part, Styled) else Styled(part, None) for part in line]
    texts = [printable(piece.text) for piece in pieces]
    if "".join(texts) != plain:
        return plain
    return "".join(terminal.painted(text, piece.style) for text, piece in zip(texts, pieces, strict=True))


def _data(text: str) -> str:
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return harmless(escaped)


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
