"""The hash of a line is the one that GitHub computes; the expected values are those of its action's own tests."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedule_catalog.cli.github.line_hash import line_hashes

EMPTY = "c129715d7a2bc9a3:1"
GREETINGS = [
    "e9496ae3ebfced30:1", "fb7c023a8b9ccb3f:1", "ce8ba1a563dcdaca:1", "e20e36e16fcb0cc8:1", "b3edc88f2938467e:1",
    "c8e28b0b4002a3a0:1", EMPTY,
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "hashes"),
    [
        ("", [EMPTY]),
        (" a\nb\n  \t\tc\n d", ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"]),
        (" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n", GREETINGS),
        (" hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r", GREETINGS),
        (" hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n", GREETINGS),
    ],
)
def test_lines_have_githubs_hashes(text: str, hashes: list[str]) -> None:
    assert line_hashes(text) == hashes


def test_equal_lines_are_counted() -> None:
    hashes = line_hashes("a: 1\n" * 60)

    assert [each.split(":")[1] for each in hashes[:3]] == ["1", "2", "3"]
    assert len({each.split(":")[0] for each in hashes[:3]}) == 1


@given(st.text("ab \t🎺é", max_size=30), st.lists(st.text("xyz", max_size=120), max_size=5))
def test_a_line_keeps_its_hash_when_lines_are_put_before_it(line: str, before: list[str]) -> None:
    text = "".join(f"{each}\n" for each in before)

    moved = line_hashes(text + line)

    assert len(moved) == len(before) + 1
    assert moved[-1].split(":")[0] == line_hashes(line)[-1].split(":")[0]
