from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from schedule_catalog.cli.github import diff as printer
from schedule_catalog.cli.github.diff import BYTES_MAX, MARKER
from schedule_catalog.cli.github.escaping import code_span, plain_text
from schedule_catalog.cli.github.links import Links
from schedule_catalog.cli.github.workspace import Workspace
from schedule_catalog.diff.fields import FieldChange
from schedule_catalog.problem import Problem, Severity
from tests.properties import examples
from tests.schedule_catalog.diff.sides import CALL, compared

if TYPE_CHECKING:
    from schedule_catalog.diff import Comparison

HOSTILE = st.text(
    st.sampled_from("|`<>@#[]()!*_~\\\n\r\t&;-: /.=\"'\u202e\u2028aGH1") | st.characters(exclude_categories=["Cs"])
)
ENTRY = '{}: {{cron: "30 {} * * ? *", timezone: Europe/Paris, request: {{url: "https://a.example.com/x"}}}}'
LINKED = re.compile(r"@\w|#\d|\bGH-\d|https?://|\bwww\.|\b[0-9a-f]{7,40}\b")
TEXT = re.compile(r">[^<]*<")  # between two tags
PARSER = MarkdownIt("commonmark").enable("table").enable("strikethrough")


LINKS = Links(
    Workspace(Path("/repository"), Path("/repository")),
    "https://github.com/a/b/blob/0",
    "https://github.com/a/b/actions/runs/1",
)

UNLINKED = Links(LINKS.workspace)


def comment(comparison: Comparison, links: Links = LINKS) -> str:
    return printer.comment(comparison, links)


def structure(markdown: str) -> list[tuple[str, str]]:
    """Every token and tag that is not text, with the HTML that GitHub would get."""
    found: list[tuple[str, str]] = []
    for token in PARSER.parse(markdown):
        for each in (token, *(token.children or ())):
            if each.type not in ("text", "text_special"):
                found.append((each.type, TEXT.sub("><", each.content) if each.type.startswith("html") else ""))
    return found


@example(" ")
@example("     x")
@example("- - -")
@example(" -")
@given(HOSTILE)
def test_hostile_text_never_becomes_structure(text: str):
    row = "| a | b |\n| --- | --- |\n| {} | {} |\n"
    assert structure(row.format(code_span(text), plain_text(text))) == structure(
        row.format(code_span("x"), plain_text("x"))
    )
    item = "- {}\n- x\n"
    assert structure(item.format(plain_text(text or "x"))) == structure(item.format("x"))


@given(HOSTILE)
def test_hostile_text_never_calls_anybody(text: str):
    shown = PARSER.render(code_span(text) + plain_text(text))
    assert not re.search(r"[@#](?!\u200b)", re.sub(r"&#\d+;", "", shown))


NASTY = st.one_of(
    HOSTILE,
    st.sampled_from(
        (
            "@octocat",
            "#123",
            "octo/cat#7",
            "GH-1",
            "da39a3ee5e6b4b0d3255bfef95601890afd80709",
            "https://evil.example.com/x",
            "www.evil.example.com",
            "mail@evil.example.com",
            "![x](https://evil.example.com/x.png)",
            "</details></code><script>x</script>",
            f"{MARKER}",
            "a | b |\n| --- |",
            "```\n# x",
            ":tada:",
            "x" * 5000,
        )
    ),
)


@st.composite
def comparisons(draw: st.DrawFn) -> tuple[Comparison, Comparison]:
    """A comparison whose every text is an author's worst, and the same one with harmless texts."""
    plain = compared([ENTRY.format("a", "9"), ENTRY.format("b", "9")], [ENTRY.format("a", "2"), ENTRY.format("c", "4")])
    # Each text once on both sides: a comment tells what is equal only once.
    texts = st.lists(NASTY.filter(bool), min_size=12, max_size=12, unique=True)
    return spoiled(plain, draw(texts)), spoiled(plain, [f"x{number}" for number in range(12)])


def spoiled(comparison: Comparison, texts: list[str]) -> Comparison:
    name, stack, path, before, after, note, file, message, hazard, finished, reason, value = texts
    changes = tuple(
        replace(
            change,
            stacks=(stack, None),
            before=change.before and replace(change.before, name=name, description=before),
            after=change.after and replace(change.after, name=name + after, owner=after),
            fields=(FieldChange(path, before, after), FieldChange(reason, None, {value: [value]})),
            effect=replace(change.effect, notes=(note, reason)),
            hazards=tuple(replace(each, text=hazard) for each in change.hazards),
        )
        for change in comparison.changes
    )
    entry = next(change.before for change in comparison.changes if change.before)
    problem = Problem(file, 1, 2, "rule", Severity.ERROR, message)
    return replace(
        comparison,
        changes=changes,
        finished=(replace(entry, name=finished),),
        problems=(problem,),
        base_problems=(problem,),
    )


@examples(150)
@given(comparisons())
def test_a_whole_comment_keeps_its_structure_whatever_authors_wrote(pair: tuple[Comparison, Comparison]):
    nasty, plain = (comment(each, UNLINKED) for each in pair)
    assert structure(nasty) == structure(plain)
    assert nasty.count(MARKER) == 1
    assert len(nasty) <= 65_536
    assert not re.search(LINKED, "".join(shown(nasty)))


def shown(markdown: str) -> Iterator[str]:
    """The text outside of code spans, which is where GitHub looks for what it can link."""
    for token in PARSER.parse(markdown):
        code = False
        for each in token.children or ():
            if each.type == "html_inline":
                code = each.content == "<code>"
            elif not code:
                yield f"{each.content} "


def test_the_marker_comes_first():
    entry = f"a: {{rate: 1 day, {CALL}}}"
    assert comment(compared([entry], [entry]), UNLINKED) == f"{MARKER}\n✅ **No schedule differs**\n"


def test_a_long_comment_is_cut_between_two_schedules():
    text = comment(compared([], [f"job-{number}: {{rate: 1 day, {CALL}}}" for number in range(500)]))
    assert len(text.encode()) <= BYTES_MAX
    assert text.count("<details>") == text.count("</details>") > 10
    assert "The rest is omitted" in text


def test_a_long_table_shows_the_rows_that_there_is_room_for_and_counts_the_rest():
    plain = compared([ENTRY.format("a", "9")], [ENTRY.format("a", "2")])
    long = "&" * 300
    problems = tuple(Problem(f"{long}.yaml", line, 2, "rule", Severity.ERROR, long) for line in range(1, 71))
    fields = tuple(FieldChange(f"body.{number}.{long}", long, long) for number in range(60))
    text = comment(replace(plain, problems=problems, changes=(replace(plain.changes[0], fields=fields),)))

    shown_problems, shown_fields = text.count("- error: "), text.count("| <code>body")
    assert 0 < shown_problems < 50
    assert 0 < shown_fields < 50
    assert f"{70 - shown_problems} more problems" in text
    assert f"{60 - shown_fields} more fields" in text
    assert "next fires before" in text
    assert len(text.encode()) <= BYTES_MAX


def first_line(comparison: Comparison) -> str:
    return comment(comparison).splitlines()[1].partition(" · ")[0]


def test_the_first_line_is_the_verdict_with_its_reason():
    nightly = ENTRY.format("a", "9")
    broken = replace(compared([nightly], [nightly]), problems=(Problem("a", 1, 1, "cron", Severity.ERROR, "no"),))

    assert first_line(compared([nightly], [nightly])) == "✅ **No schedule differs**"
    assert first_line(compared([nightly], [ENTRY.format("a", "8")])) == "✅ **Nothing dangerous** (1 changed)"
    assert first_line(compared([], [f"a: {{rate: 1 day, {CALL}}}"])) == (
        "⚠️ **Check before you merge: 1 schedule fires at once** (1 added)"
    )
    assert first_line(compared([nightly], [ENTRY.format("a", "2")])) == (
        "⚠️ **Check before you merge: 1 schedule meets a clock change** (1 changed)"
    )
    assert first_line(broken) == "❌ **Cannot be deployed: 1 error**"


def test_one_table_says_what_is_called_when_and_what_becomes_of_it():
    head, _, row = comment(compared([ENTRY.format("a", "9")], [ENTRY.format("a", "8")])).splitlines()[3:6]

    assert head == "| schedule | calls | when | next fire | calls a month | pulumi up |"
    name, calls, when, following, month, action = [cell.strip() for cell in row.split("|")[1:-1]]
    assert name == "[<code>a</code>](https://github.com/a/b/blob/0/a.yaml#L3)"
    assert unescape(calls) == "<code>POST https://a.example.com/x, no auth</code>"
    assert unescape(when) == "every day at 08:30, Europe/Paris"
    assert (unescape(following), month, action) == ("Mon 2026-11-23 08:30", "30", "updates it")


def test_what_is_dangerous_is_open_and_the_rest_is_folded():
    before = [ENTRY.format(name, "9") for name in ("a", "b")]
    text = comment(compared(before, [ENTRY.format("a", "2"), ENTRY.format("b", "8")]))

    assert "#### changed <code>a</code>: meets a clock change" in text
    assert "<details><summary>changed <code>b</code></summary>" in text
    assert text.index("#### changed <code>a</code>") < text.index("<details>")


def test_each_hazard_is_told_once():
    text = unescape(comment(compared([ENTRY.format("a", "9")], [ENTRY.format("a", "2")])))

    assert text.count("2027-03-28") == text.count("2027-10-31") == 1


def test_nothing_is_said_of_what_is_not_there():
    text = comment(compared([ENTRY.format("a", "9")], [ENTRY.format("b", "9")]))

    assert not re.search(r"nothing\b|- ->|→ -|\| - \|", text, re.IGNORECASE)


@given(HOSTILE)
def test_a_file_s_name_cannot_leave_its_link(name: str):
    line = LINKS.line(name, 1, code_span(name))

    assert line == code_span(name) or structure(line) == structure(LINKS.line("x", 1, code_span("x")))
    assert re.fullmatch(
        r"(?:\[<code>[^<]*</code>\]\(https://github\.com/a/b/blob/0/[\w%./~-]*#L1\)|<code>.*)", line, re.DOTALL
    )


def test_a_path_outside_of_the_repository_has_no_link():
    assert LINKS.line("../other/a.yaml", 1, "x") == "x"
