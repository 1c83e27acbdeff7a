from __future__ import annotations

import pytest

from schedule_catalog.document.refusal import Refusal
from schedule_catalog.document.text import BYTES_MAX, checked, lines


def refused(data: bytes) -> tuple[int, int, str]:
    with pytest.raises(Refusal) as refusal:
        checked(data)
    found = refusal.value.fault
    return found.line + 1, found.column + 1, found.message


def test_a_byte_order_mark_is_taken_off() -> None:
    assert checked(b"\xef\xbb\xbfowner: billing") == b"owner: billing"


def test_the_byte_that_is_not_utf_8_is_named_with_its_place_in_characters() -> None:
    assert refused("owner: é\n# é".encode() + b"\xff") == (2, 4, "the byte 0xff is not UTF-8: save the file as UTF-8")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_other_encodings_are_refused_at_the_start(encoding: str) -> None:
    line, _, message = refused("owner: billing\n".encode(encoding))
    assert line == 1
    assert "UTF-" in message or "NUL" in message


@pytest.mark.parametrize(
    "character",
    ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\x9b", "\u2028", "\u2029", "\u202e", "\u2066", "\ufeff", "\ufffe"],
)
def test_a_character_that_misleads_readers_is_refused_where_it_stands(character: str) -> None:
    line, column, message = refused(f"owner: é\r\nb: ü{character}".encode())
    assert (line, column) == (2, 5)
    assert f"U+{ord(character):04X}" in message


def test_other_scripts_and_symbols_are_read() -> None:
    data = "a: 청구서 – ₩ 🎉 عربى\n".encode()
    assert checked(data) == data


def test_a_text_is_refused_one_byte_over_the_limit_and_not_at_it() -> None:
    assert checked(b" " * BYTES_MAX)
    assert refused(b" " * (BYTES_MAX + 1))[2] == "the file is larger than 1,048,576 bytes: split it"


def test_lines_end_where_yaml_ends_them() -> None:
    assert lines("\ufeffa\r\nb\rc\n\x0bd".encode()) == ["a", "b", "c", "\x0bd"]
