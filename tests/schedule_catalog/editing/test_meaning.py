"""An edit that would change another value is refused with the line of that value and what to do."""

from __future__ import annotations

import re

import pytest

from schedule_catalog.document import parse_document
from schedule_catalog.editing import formatted
from schedule_catalog.editing.errors import EditError
from schedule_catalog.editing.insertion import inserted
from schedule_catalog.editing.meaning import assert_meaning

HEAD = "owner: a\nschedules:\n  x:\n    rate: 1 hour\n    request:\n      url: https://a.b/c\n      text: "
NEXT = "  y:\n    rate: 1 hour\n    request: {url: https://a.b/c}\n"
VALUES = {"rate": "5 minutes", "request": {"url": "https://a.example.com/x"}}
END = (
    '"a.yaml" cannot be edited: line 7: the end of this text would change, which is where the next line begins: '
    "write the text in double quotes"
)


def refused(message: str) -> pytest.RaisesExc[EditError]:
    return pytest.raises(EditError, match=f"^{re.escape(message)}$")


def test_a_layout_that_would_change_the_end_of_a_text_names_its_line() -> None:
    document = parse_document(f"{HEAD}|+\n        one\n\n\n{NEXT}".encode(), "a.yaml")

    with refused(END):
        formatted(document)


@pytest.mark.parametrize("text", ["|\n        one", "|+\n        one", ">\n        one\n        two"])
def test_a_new_entry_below_a_text_without_a_line_end_names_its_line(text: str) -> None:
    with refused(END):
        inserted(parse_document((HEAD + text).encode(), "a.yaml"), "new", VALUES)


@pytest.mark.parametrize("text", ['"one\\n\\n"\n', "|-\n        one", '"one"'])
def test_a_text_whose_end_is_written_is_no_obstacle(text: str) -> None:
    inserted(parse_document((HEAD + text).encode(), "a.yaml"), "new", VALUES)


def test_a_value_that_would_change_is_named_by_its_line() -> None:
    before = parse_document(b"a:\n- b: 1\n- c: [1, 2]\n", "a.yaml")

    with refused("it cannot be edited: line 3: this value would change: edit it by hand"):
        assert_meaning(b"a: [{b: 1}, {c: [1, 3]}]\n", before.value, "it", before)


def test_a_value_that_the_edit_adds_is_named_by_its_keys() -> None:
    with refused('it cannot be edited: the value of "a.0.b" would change: edit it by hand'):
        assert_meaning(b"a: [{b: 1}]\n", {"a": [{"b": "1"}]}, "it", parse_document(b"a: []\n", "a.yaml"))


def test_a_result_that_cannot_be_read_is_refused_with_the_error() -> None:
    with pytest.raises(EditError, match=r'^it cannot be edited: line 2 of the result is refused: duplicate key "a"'):
        assert_meaning(b"a: 1\na: 2\n", {"a": 1}, "it")
