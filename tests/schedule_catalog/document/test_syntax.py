from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from yaml._yaml import CParser
from yaml.events import StreamEndEvent

from schedule_catalog.document import parse_document


def only_problem(text: str) -> tuple[int, int, str]:
    (problem,) = parse_document(text.encode(), "a.yaml").problems
    return problem.line, problem.column, problem.message


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        ("cron: */5 * * * ? *", 'cron: "*/5 * * * ? *"'),
        ("cron: */5 * * * ? *   # often", 'cron: "*/5 * * * ? *"'),
        ("cron: * * * * ? *", 'cron: "* * * * ? *"'),
        ("cron: *5 * * * ? *", 'cron: "*5 * * * ? *"'),
        ("cron: ? 9 * * MON *", 'cron: "? 9 * * MON *"'),
        ("a: {b: 1, cron: */5 * * * ? *}", "must be quoted"),
        ("- */5 * * * ? *", '- "*/5 * * * ? *"'),
        ("*/5 * * * ? *", '"*/5 * * * ? *"'),
    ],
)
def test_an_unquoted_cron_is_told_what_to_write(line: str, advice: str) -> None:
    number, column, message = only_problem(f"x:\n  {line}\n" if not line.startswith(("-", "*")) else f"\n{line}\n")
    assert number == 2
    assert column > 0
    assert "must be quoted" in message
    assert message.endswith(advice)


def test_an_alias_that_is_no_cron_is_called_an_alias() -> None:
    assert only_problem("a: *shared\n") == (
        1, 4, 'aliases ("*shared") are not supported: write the value out, or use "defaults"',
    )  # fmt: skip


def test_a_very_long_value_is_not_repeated_in_the_advice() -> None:
    assert only_problem(f"cron: *{'/' * 500} *\n")[2] == 'a value that starts with "*" must be quoted'


def test_a_quote_that_is_not_closed_is_shown_where_it_opens() -> None:
    assert only_problem('a: 1\nb: "close\nc: 2\n') == (
        2, 4, "this quoted text is not closed: write the closing quote",
    )  # fmt: skip


@pytest.mark.parametrize("text", ["\ta: 1\n", "a:\n\tb: 1\n", "a:\n  b: 1\n\tc: 2\n"])
def test_a_tab_in_the_indentation_is_called_a_tab(text: str) -> None:
    assert only_problem(text)[2] == "a tab cannot indent: use spaces"


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        (
            'a: "done \\ud83d\\ude00"',
            (1, 10),
            '"\\ud83d\\ude00" is "😀" in JSON: write "\\U0001F600", or the character itself',
        ),
        (
            'a: "\\udbff\\udfff"',
            (1, 5),
            '"\\udbff\\udfff" is one character in JSON: write "\\U0010FFFF", or the character itself',
        ),
        ('a: "x\\ud800"', (1, 6), '"\\ud800" is half of a character: write the whole'),
        (
            'a: "\\ude00\\ud83d"',
            (1, 5),
            '"\\ude00" is half of a character: write the whole one, as "\\U0001F600" or itself',
        ),
        ('a: "\\U00110000"', (1, 5), '"\\U00110000" is not a character: the last one is "\\U0010FFFF"'),
        ('a: "C:\\users"', (1, 7), '"\\u" needs 4 hexadecimal digits: add them, or write "\\\\" for a backslash'),
        ('a: "C:\\xyz"', (1, 7), '"\\x" needs 2 hexadecimal digits: add them, or write "\\\\" for a backslash'),
        ('a: "\\d+"', (1, 5), 'this escape is unknown in double quotes: use single quotes, or write "\\\\"'),
    ],
)
def test_an_escape_that_yaml_does_not_have_is_shown_with_what_to_write(
    text: str, place: tuple[int, int], message: str
) -> None:
    line, column, found = only_problem(text)
    assert (line, column) == place
    assert found.startswith(message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("%FOO\n---\na: 1", "directives (%YAML, %TAG) are not supported: put a text that starts with % in quotes"),
        ("%YAML 3.0\n---\na: 1", "directives (%YAML, %TAG) are not supported: put a text that starts with % in quotes"),
        ("a: !e!x y", 'a value that starts with "!" is a tag, which is not supported: put the text in quotes'),
        ("a: !<x", 'a value that starts with "!" is a tag, which is not supported: put the text in quotes'),
        ("a: |0\n x", 'after "|" or ">" the text starts on the next line'),
        ("a: > x\n", 'after "|" or ">" the text starts on the next line'),
        ('a: "b\n--- \nc"', '"---" and "..." end a document, here in a quoted text: indent the line'),
    ],
)
def test_the_rest_of_yaml_has_words_of_ours(text: str, message: str) -> None:
    assert only_problem(text)[2] == message


@pytest.mark.parametrize(
    ("text", "column"),
    [("a: “done: yes”", 4), ("- “done: yes”", 3), ("a: {b: 1, c: “x, y: z: ”}", 14), ("“a: b: c”", 1)],
)
def test_a_typographic_quote_is_named_where_it_quotes_nothing(text: str, column: int) -> None:
    assert only_problem(text) == (
        1, column, "“ is not a quote in YAML, so it belongs to the text: write \" or ' instead",
    )  # fmt: skip


def test_a_typographic_quote_inside_straight_ones_is_not_to_blame() -> None:
    assert "did not" not in only_problem('a: "see: “x”" y')[2]
    assert "“" not in only_problem('a: "see: “x”" y')[2]


def problem_of_libyaml(text: str) -> str | None:
    parser = CParser(text.encode())
    try:
        while not isinstance(parser.get_event(), StreamEndEvent):
            pass
    except yaml.YAMLError as error:
        return getattr(error, "problem", None)
    return None


@given(st.text("ab01 \n\t:-?,[]{}#&*!|>'\"%@`\\uUx<.~“”", max_size=40))
def test_no_message_borrows_the_words_of_libyaml(text: str) -> None:
    theirs = problem_of_libyaml(text)
    if theirs is not None:
        assert all(theirs not in problem.message for problem in parse_document(text.encode(), "a.yaml").problems)
