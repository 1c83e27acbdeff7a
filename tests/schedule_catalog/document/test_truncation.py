from __future__ import annotations

import pytest

from schedule_catalog.document import parse_document


def problems(text: str) -> list[str]:
    return [str(problem) for problem in parse_document(text.encode(), "a.yaml").problems]


@pytest.mark.parametrize(
    "line", ["cron: 0 9 ? * 2 #1 *", "cron: cron(0 9 ? * 2 #1 *)", "'cron':  0 9 ? * 2  #1 *", "- cron: 0 9 ? * 2 #1 *"]
)
def test_a_comment_that_cuts_a_cron_short_is_an_error_that_says_what_to_write(line: str) -> None:
    (problem,) = problems(f"# é\n{line}\n")
    assert problem.startswith(f"a.yaml:2:{line.index('#') + 1}: error: ")
    assert problem.endswith('write cron: "0 9 ? * 2#1 *" [comment]')


@pytest.mark.parametrize(
    "text",
    [
        "cron: 0 9 * * ? *  # every morning\n",
        "cron: 0 9 * * ? *  #1 of two\n",
        'cron: "0 9 ? * 2 #1 *"\n',
        "cron: 0 9 ? * 2#1 *\n",
        "cron: 0 9 * * *  # five fields\n",
        "description: |\n  cron: 0 9 ? * 2 #1 *\n",
        "#cron: 0 9 ? * 2 #1 *\n",
    ],
)
def test_other_comments_are_comments(text: str) -> None:
    assert problems(text) == []
