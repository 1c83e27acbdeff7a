from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from schedule_catalog.document import Document, parse_document, read_document
from schedule_catalog.problem import Place, Severity

TEXT = """\
owner: billing
schedules:
  close:   {rate: 1 hour, "at": [1, {b: ü, c: 2}]}
  open:
    - one
    -
      deep: 3
"""
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc<:#-? \n", max_size=6), inner, max_size=4),
    max_leaves=25,
)


def parsed(text: str) -> Document:
    return parse_document(text.encode(), "a.yaml")


def messages(text: str) -> list[str]:
    return [str(problem).removeprefix("a.yaml:") for problem in parsed(text).problems]


@pytest.mark.parametrize(
    ("pointer", "key", "value"),
    [
        ((), (1, 1), (1, 1)),
        (("owner",), (1, 1), (1, 8)),
        (("schedules",), (2, 1), (3, 3)),
        (("schedules", "close"), (3, 3), (3, 12)),
        (("schedules", "close", "at"), (3, 27), (3, 33)),
        (("schedules", "close", "at", 0), (3, 34), (3, 34)),
        (("schedules", "close", "at", 1, "c"), (3, 44), (3, 47)),
        (("schedules", "open", 0), (5, 7), (5, 7)),
        (("schedules", "open", 1, "deep"), (7, 7), (7, 13)),
    ],
)
def test_every_key_and_value_has_its_place(
    pointer: tuple[str | int, ...], key: tuple[int, int], value: tuple[int, int]
) -> None:
    document = parsed(TEXT)
    assert document.key_place(pointer) == Place("a.yaml", *key)
    assert document.value_place(pointer) == Place("a.yaml", *value)


def test_a_pointer_that_leads_nowhere_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        parsed(TEXT).value_place(("schedules", "reopen"))


def pointers(value: Any, above: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield above
    if isinstance(value, dict | list):
        for step in value if isinstance(value, dict) else range(len(value)):
            yield from pointers(value[step], (*above, step))


def places(
    node: yaml.Node | None, above: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], int, int]]:
    assert node is not None
    yield above, node.start_mark.line + 1, node.start_mark.column + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from places(value, (*above, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from places(value, (*above, index))


@given(VALUES, st.sampled_from([None, True, False]))
@example({"a": "0E0"}, None)
@example([1e16, -0.5, "1e3", "-.5", "0o17"], True)
def test_values_and_places_are_those_of_pyyaml(value: Any, flow: bool | None) -> None:
    text = yaml.safe_dump(value, allow_unicode=False, default_flow_style=flow, sort_keys=False)
    document = parsed(text)
    loaded = [yaml.load(text, Loader=loader) for loader in (yaml.CSafeLoader, yaml.SafeLoader)]
    if not document.readable:
        assert any(problem.rule in ("number", "syntax", "merge-key") for problem in document.problems)
        return
    assert [document.value, *loaded] == [value] * 3
    expected = {
        pointer: (line, column) for pointer, line, column in places(yaml.compose(text, Loader=yaml.CSafeLoader))
    }
    for pointer in pointers(value):
        place = document.value_place(pointer)
        assert (place.line, place.column) == expected[pointer]


@given(st.text("abx0 19:-?#*&!%@`'\"[]{},|>\n\t<~.\\é", max_size=60))
def test_no_text_crashes_the_reader(text: str) -> None:
    document = parsed(text)
    assert document.readable or all(problem.severity is Severity.ERROR for problem in document.problems[:1])
    assert document.readable is not bool([p for p in document.problems if p.severity is Severity.ERROR])
    last = len(document.lines)
    assert all(1 <= problem.line <= last + 1 and problem.column >= 1 for problem in document.problems)


@given(st.binary(max_size=60))
def test_no_bytes_crash_the_reader(data: bytes) -> None:
    assert parse_document(data, "a.yaml").path == "a.yaml"


@pytest.mark.parametrize("text", ["[" * 100_000, "{" * 100_000, "- " * 100_000, "? " * 100_000, "[" * 33 + "]" * 33])
def test_depth_is_refused_before_it_can_exhaust_a_stack(text: str) -> None:
    (message,) = messages(text)
    assert "nested more than 32 levels deep" in message or "a key must be plain text" in message


def test_32_levels_are_read() -> None:
    assert parsed("[" * 32 + "1" + "]" * 32).readable


def test_too_many_values_are_refused_at_the_first_that_is_too_many() -> None:
    assert messages("- a\n" * 200_000) == [
        "150000:3: error: more than 150,000 keys and values: split the file [too-large]"
    ]


@pytest.mark.parametrize("levels", [7, 9])
def test_a_billion_laughs_are_an_anchor_and_nothing_more(levels: int) -> None:
    bomb = "a0: &a0 lol\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, levels))
    assert messages(bomb) == [
        '1:5: error: anchors ("&a0") are not supported: write the value out, or use "defaults" [anchor]'
    ]


@pytest.mark.parametrize(
    "text",
    [
        "cron: x" + " " * 900_000 + "y\na: 1 #1\n",
        "cron: *" + " " * 900_000 + "y\n",
        "cron: ?" + " #" * 400_000 + "y\n",
        "a: |\n" + "  cron: 0 9 ? * 2 #1 *\n" * 20_000 + "b: [" + "1," * 60_000 + "]\n",
    ],
    ids=["spaces", "star", "comments", "crons"],
)
def test_advice_takes_no_longer_than_the_file_is_long(text: str) -> None:
    assert len(messages(text)) <= 1


def test_every_duplicate_key_names_its_first_place() -> None:
    assert messages("a: {x: 1, z: 2, x: 3}\nb: 1\n'a': 2\n1: a\n'1': b\n") == [
        '1:17: error: duplicate key "x", first at line 1, column 5: remove one of them [duplicate-key]',
        '3:1: error: duplicate key "a", first at line 1, column 1: remove one of them [duplicate-key]',
        '5:1: error: duplicate key "1", first at line 4, column 1: remove one of them [duplicate-key]',
    ]


def test_duplicates_of_a_duplicate_all_name_the_first() -> None:
    assert [message.split(",")[1] for message in messages("a: 1\nb: [1, 2]\nb: {c: 1}\nb: 2\nc: 1\nc: 2\n")] == [
        " first at line 2", " first at line 2", " first at line 5",
    ]  # fmt: skip


def test_thousands_of_duplicates_are_cut_short() -> None:
    assert len(messages("a: 1\n" * 100_000)) == 20


def test_a_quoted_merge_key_is_a_key_like_others() -> None:
    assert parsed("'<<': 1").value == {"<<": 1}


def test_warnings_alone_leave_a_document_readable() -> None:
    document = parsed("mode: OFF\n")
    assert document.readable
    assert document.value == {"mode": "OFF"}
    assert [problem.severity for problem in document.problems] == [Severity.WARNING]


def test_what_one_version_of_yaml_reads_otherwise_is_said_for_keys_too() -> None:
    of_1_1, of_1_2 = messages("on: 0o17\n")
    assert (
        of_1_1
        == '1:1: warning: "on" is text here, and a boolean to tools that read YAML 1.1: put it in quotes [yaml-1.1]'
    )
    assert of_1_2.endswith("and a number to tools that read YAML 1.2: put it in quotes, or write 15 [yaml-1.1]")


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n", "---\n", "\ufeff"])
def test_an_empty_file_is_readable_and_holds_nothing(text: str) -> None:
    document = parsed(text)
    assert (document.readable, document.value, document.problems) == (True, None, ())
    assert document.value_place(()).line >= 1


def test_a_byte_order_mark_does_not_move_columns() -> None:
    assert parsed("\ufeffowner: &a x").problems[0].column == 8


def test_an_unreadable_file_is_a_problem_of_its_document(tmp_path: Any) -> None:
    document = read_document(tmp_path / "gone.yaml", "gone.yaml")
    assert [str(problem) for problem in document.problems] == [
        "gone.yaml:1:1: error: cannot be read: no such file or directory [file]"
    ]
    assert not document.readable
