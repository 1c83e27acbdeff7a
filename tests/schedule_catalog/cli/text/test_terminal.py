from __future__ import annotations

import io
import os
from collections.abc import Generator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedule_catalog.cli.output import Styled, say
from schedule_catalog.cli.text.screen import cut, printable, width, wrapped
from schedule_catalog.cli.text.table import aligned
from schedule_catalog.cli.text.terminal import TERMINAL, Choice, Style, Terminal

TEXTS = st.text(st.sampled_from("ab 한é-.:\t"), max_size=120).map(printable)


@contextmanager
def on(terminal: Terminal) -> Generator[None]:
    before = TERMINAL.set(terminal)
    try:
        yield
    finally:
        TERMINAL.reset(before)


@pytest.mark.parametrize(
    ("choice", "environment", "colour"),
    [
        ("auto", {}, True),
        ("auto", {"NO_COLOR": "1"}, False),
        ("auto", {"TERM": "dumb"}, False),
        ("never", {}, False),
        ("always", {"NO_COLOR": "1"}, True),
    ],
)
def test_a_terminal_shows_colours_unless_somebody_asks_for_none(
    choice: Choice, environment: dict[str, str], colour: bool
) -> None:
    ours, theirs = os.openpty()
    with os.fdopen(theirs, "w") as stream:
        assert Terminal.of(stream, choice, environment).colour is colour
    os.close(ours)


def test_a_file_has_no_colours_and_lines_of_any_length() -> None:
    assert Terminal.of(io.StringIO(), "auto", {}) == Terminal(False, None)


@given(TEXTS, st.integers(40, 80))
def test_no_line_is_wider_than_the_terminal_and_nothing_of_it_is_lost(text: str, columns: int) -> None:
    lines = wrapped(text, columns)

    assert all(width(line) <= columns for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS), min_size=1, max_size=5), st.integers(40, 120))
def test_no_table_is_wider_than_the_terminal(rows: list[tuple[str, str, str]], columns: int) -> None:
    with on(Terminal(False, columns)):
        lines = list(aligned(rows))
        assert len(lines) == len(rows)
        assert all(width(part) <= columns for line in lines for part in wrapped(line, columns))


def test_a_narrow_terminal_cuts_no_time_and_wraps_the_row_instead() -> None:
    row = ("failing", "nightly", "2026-11-23 00:00 UTC", "2026-11-24 00:00 UTC", "status (503)")
    with on(Terminal(False, 40)):
        (line,) = aligned([row])

    assert line.split("  ")[1:] == list(row)


@given(TEXTS, st.integers(1, 50))
def test_a_cut_text_fits(text: str, cells: int) -> None:
    assert width(cut(text, cells)) <= cells
    assert cut(text, cells) == text or cut(text, cells).endswith("…")


def test_styles_are_shown_where_colours_are(capsys: pytest.CaptureFixture[str]) -> None:
    line = ("a.yaml:1:2: ", Styled("error", Style.ERROR), ": no")
    say(line)
    with on(Terminal(True, None)):
        say(line)
    with on(Terminal(True, 10)):
        say(line)

    plain, coloured, *narrow = capsys.readouterr().out.splitlines()
    assert (plain, coloured) == ("a.yaml:1:2: error: no", "a.yaml:1:2: \x1b[1;31merror\x1b[0m: no")
    assert any("\x1b[1;31merror\x1b[0m" in each for each in narrow)


def test_nothing_in_a_styled_piece_reaches_the_terminal_as_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    with on(Terminal(True, None)):
        say((Styled("\x1b[2J", Style.ERROR), "::error::x"), (Styled("::", None), "stop"), ("#", "#["))

    first, second, third = capsys.readouterr().out.splitlines()
    assert "\x1b[2J" not in first
    assert not second.startswith("::")
    assert "##[" not in third
