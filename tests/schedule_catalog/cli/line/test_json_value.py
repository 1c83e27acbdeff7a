"""A JSON value of the command line is the one that is written, or the value is refused, not the file."""

from __future__ import annotations

import os
from argparse import ArgumentTypeError
from datetime import UTC, datetime
from pathlib import Path

import pytest

from schedule_catalog.cli.line.json_value import json_value
from schedule_catalog.cli.main import main
from schedule_catalog.document import parse_document

NOW = datetime(2027, 6, 1, tzinfo=UTC)
FILE = "owner: a\nschedules: {}\n"
NEW = ("new", "q", "--rate", "1 hour", "--url", "https://a.example.com/x")
REFUSED = [
    ('{"b": 12345678901234567890123}', "the integer does not fit 64 bits"),
    (f"[{'9' * 5000}]", "the integer does not fit 64 bits"),
    ("NaN", '"NaN" is not a number that JSON can hold'),
    ("[-Infinity]", '"-Infinity" is not a number that JSON can hold'),
    ('{"c": 1e400}', "the number is too large for a 64-bit float"),
    ('"x\\ud800"', '"x\\ud800" has half of a character (U+D800): write the whole character'),
    ('{"\\udfff": 1}', '"\\udfff" has half of a character (U+DFFF): write the whole character'),
    ('{"a": 1, "a": 2}', 'duplicate key "a": remove one of them'),
    ('[{"a": {"b": 1, "b": 1}}]', 'duplicate key "b": remove one of them'),
    ("{", "not valid JSON: write for example"),
]


def run(folder: Path, *arguments: str) -> int:
    old = Path.cwd()
    os.chdir(folder)
    try:
        return main(arguments, lambda: NOW)
    except SystemExit as end:
        return int(end.code or 0)
    finally:
        os.chdir(old)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "schedules").mkdir()
    (tmp_path / "schedules" / "a.yaml").write_text(FILE)
    return tmp_path


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_a_body_that_no_file_can_hold_is_refused_for_what_it_is(
    folder: Path, text: str, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, *NEW, "--body", text) == 2

    shown = capsys.readouterr().err
    assert reason in shown
    assert "a.yaml" not in shown
    assert (folder / "schedules" / "a.yaml").read_text() == FILE


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1e3, "b": -0, "c": 18446744073709551615}', {"a": 1000.0, "b": 0, "c": 2**64 - 1}),
        ('["\\ud83d\\ude00", "\\u0007", "NaN", "<<"]', ["😀", "\a", "NaN", "<<"]),
        ('{"a": {"b": 1}, "b": {"a": 1}, "<<": null}', {"a": {"b": 1}, "b": {"a": 1}, "<<": None}),
    ],
)
def test_any_other_body_is_written_as_it_is(folder: Path, text: str, value: object) -> None:
    assert run(folder, *NEW, "--body", text) == 0

    found = parse_document((folder / "schedules" / "a.yaml").read_bytes(), "").value["schedules"]["q"]["request"]
    assert found["body"] == value == json_value(text)


def test_a_key_that_is_given_twice_is_named() -> None:
    with pytest.raises(ArgumentTypeError, match='duplicate key "a"'):
        json_value('{"a": 1, "a": 2}')


def test_a_header_that_is_given_twice_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, *NEW, "--header", "X: 1", "--header", "X: 2") == 2
    assert 'the header "X" is given twice: write --header once for each name' in capsys.readouterr().err


def test_a_byte_of_the_command_line_that_is_not_utf_8_is_not_blamed_on_the_file(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, *NEW, "--text", os.fsdecode(b"a\xff")) == 2
    assert '"a\\udcff" has half of a character (U+DCFF)' in capsys.readouterr().err
