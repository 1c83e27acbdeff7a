from __future__ import annotations

import pytest

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
        1, 4, 'aliases ("*shared") are not read: write the value out, or use "defaults"',
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


def test_what_has_no_words_of_ours_keeps_those_of_libyaml() -> None:
    assert only_problem('a: "\\ud800"\n')[2] == "found invalid Unicode character escape code"
