from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from schedule_catalog.cli.diff_markdown import BYTES_MAX, MARKER, comment
from schedule_catalog.cli.inert import inert, prose
from tests.schedule_catalog.diff.sides import CALL, compared

HOSTILE = st.text(
    st.sampled_from("|`<>@#[]()!*_~\\\n\r\t&;-: /.=\"'\u202e\u2028aGH1") | st.characters(exclude_categories=["Cs"])
)
PARSER = MarkdownIt("commonmark").enable("table").enable("strikethrough")


def structure(markdown: str) -> list[tuple[str, str]]:
    """Every token and tag that is not text, with the HTML that GitHub would get."""
    found: list[tuple[str, str]] = []
    for token in PARSER.parse(markdown):
        for each in (token, *(token.children or ())):
            if each.type not in ("text", "text_special"):
                found.append((each.type, each.content if each.type.startswith("html") else ""))
    return found


@given(HOSTILE)
def test_hostile_text_never_becomes_structure(text: str):
    row = "| a | b |\n| --- | --- |\n| {} | {} |\n"
    assert structure(row.format(inert(text), prose(text))) == structure(row.format(inert("x"), prose("x")))


@given(HOSTILE)
def test_hostile_text_never_calls_anybody(text: str):
    shown = PARSER.render(inert(text) + prose(text))
    assert not re.search(r"[@#](?!\u200b)", re.sub(r"&#\d+;", "", shown))


def test_the_marker_comes_first():
    entry = f"a: {{rate: 1 day, {CALL}}}"
    assert comment(compared([entry], [entry])) == f"{MARKER}\n**Schedules:** no schedule differs\n"


def test_a_long_comment_is_cut_between_two_schedules():
    text = comment(compared([], [f"job-{number}: {{rate: 1 day, {CALL}}}" for number in range(500)]))
    assert len(text.encode()) <= BYTES_MAX
    assert text.count("<details>") == text.count("</details>") > 10
    assert "The rest is left out" in text
