from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedule_client.contract.errors import JsonError
from schedule_client.contract.json_value import json_text, read_json

CYCLE: list[Any] = []
CYCLE.append(CYCLE)


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


DEEP = nested(1_000_000)  # so deep that no version and no stack takes it


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1, column 1: it ends too early"),
        ('{"a": ', "line 1, column 7: it ends too early"),
        ("{'a': 1}", "line 1, column 2: \"'a': 1}\" cannot be here"),
        ('{"a": 1,}', 'line 1, column 9: "}" cannot be here'),
        ("[1, 2,\n ]", 'line 2, column 2: "]" cannot be here'),
        ('{"a": 1 "b": 2}', 'line 1, column 9: ""b": 2}" cannot be here'),
        ("{} {}", 'line 1, column 4: "{}" cannot be here'),
        ('["\t"]', 'line 1, column 3: "\\t"]" cannot be here'),
        ("[" * 1_000_000, "it is nested too deeply"),
        ("9" * 10_000, "one of its numbers has too many digits"),
    ],
)
def test_a_text_that_is_not_json_is_refused_where_it_stops_being_that_in_words_of_our_own(
    text: str, message: str
) -> None:
    with pytest.raises(JsonError) as caught:
        read_json(text)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"a": float("nan")}, '"a" is nan, which is not a number of JSON'),
        ([1, [float("-inf")]], "item 1 of item 2 of it is -inf, which is not a number of JSON"),
        ({"a": {"b": "x\ud83d"}}, '"b" has half of a surrogate pair'),
        ({"\udc00": 1}, "a key of it has half of a surrogate pair"),
        ({"when": datetime(2027, 1, 5, tzinfo=UTC)}, '"when" is a datetime, which JSON does not have'),
        ({"a": {(1, 2): 3}}, 'a key of "a" is a tuple, which JSON does not have'),
        ({"a": {frozenset(): 3}}, 'a key of "a" is a frozenset, which JSON does not have'),
        (b"x", "it is a bytes, which JSON does not have"),
        (CYCLE, "it is nested too deeply, or contains itself"),
        (DEEP, "it is nested too deeply, or contains itself"),
        ({"n": [10**4300]}, 'item 1 of "n" is a number with too many digits'),
    ],
)
def test_a_value_that_json_cannot_carry_is_named_in_words_of_our_own(value: object, message: str) -> None:
    with pytest.raises(JsonError) as caught:
        json_text(value)
    assert str(caught.value) == message


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
        lambda inner: st.lists(inner, max_size=3),
    )
)
def test_what_is_written_is_read_back(value: Any) -> None:
    assert read_json(json_text(value)) == json.loads(json_text(value)) == value
