from __future__ import annotations

from schedule_catalog.problem import Place, Problem, Severity
from schedule_catalog.wording import quoted


def test_a_problem_prints_as_editors_and_terminals_read_it() -> None:
    problem = Problem.at(Place("schedules/billing.yaml", 3, 7), "unknown-key", 'unknown key "cronn"')
    assert str(problem) == 'schedules/billing.yaml:3:7: error: unknown key "cronn" [unknown-key]'


def test_problems_sort_by_their_place_in_the_text() -> None:
    def at(path: str, line: int, column: int) -> Problem:
        return Problem(path, line, column, "rule", Severity.WARNING, "message")

    in_order = [at("a.yaml", 2, 1), at("a.yaml", 10, 2), at("a.yaml", 10, 11), at("b.yaml", 1, 1)]
    assert sorted([in_order[2], in_order[0], in_order[3], in_order[1]]) == in_order


def test_a_quoted_token_cannot_control_a_terminal_or_start_a_line() -> None:
    assert quoted("a\nb\x1b[2J\u202e") == '"a\\nb\\x1b[2J\\u202e"'


def test_a_long_token_is_cut_in_the_middle() -> None:
    shown = quoted("a" * 500 + "z" * 500)
    assert len(shown) == 62
    assert shown.startswith('"aaa')
    assert shown.endswith('zzz"')


def test_a_token_that_is_no_text_is_shown_as_json() -> None:
    assert quoted(["é", None, True]) == '"["é", null, true]"'
