"""One layout: what a file says stays, its comments stay, and formatting again changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from schedule_catalog.document import parse_document
from schedule_catalog.editing import formatted
from schedule_catalog.editing.entry_text import entry_lines, flow, key, scalar
from schedule_catalog.editing.meaning import same
from schedule_catalog.editing.outline import Outline

ROOT = Path(__file__).parents[3]
UGLY = """\
---
# head

# about owner
defaults:
    timezone:   'UTC'   # tz
owner:   ugly
schedules:


    # first
    a-b:   # tail
        request:   # call
            body:
            - a:   1   # one
              b: [ 1,2 , {x: 1} ]
            -   - q
                # deep
            - |
                text
                  more
            # foot of body
            url:  https://example.com/x
        cron: 0 9 * * ? *
        # foot of a-b
    b: {rate: 1 hour , request: { url: "https://x.y/z" }}
# end
"""
PRETTY = """\
# head

# about owner
owner: ugly
defaults:
  timezone: 'UTC'  # tz

schedules:
  # first
  a-b:  # tail
    cron: "0 9 * * ? *"
    request:  # call
      url: https://example.com/x
      body:
        - a: 1  # one
          b: [1, 2, {x: 1}]
        - - q
          # deep
        - |
            text
              more
        # foot of body
    # foot of a-b

  b: {rate: 1 hour, request: {url: "https://x.y/z"}}
# end
"""

names = st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True)
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=30)
scalars = st.one_of(
    texts, st.integers(-(2**53), 2**53), st.booleans(), st.none(), st.floats(allow_nan=False, allow_infinity=False)
)
bodies = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=12
)
entries = st.fixed_dictionaries(
    {"cron": st.just("0 9 * * ? *"), "request": st.fixed_dictionaries({"url": texts, "body": bodies})},
    optional={"description": texts, "labels": st.dictionaries(texts, texts, max_size=3), "enabled": st.booleans()},
)
marks = st.sampled_from(["", "", "", "\n", "# note\n", "\n# note: a\n\n# {b}\n"])


def fmt(text: str) -> str:
    return formatted(parse_document(text.encode(), "a.yaml")).decode()


def comments(text: str) -> list[str]:
    return sorted(comment.text for comment in Outline(text.encode()).comments)


def test_a_file_gets_one_layout() -> None:
    assert fmt(UGLY) == PRETTY
    assert fmt(PRETTY) == PRETTY


@pytest.mark.parametrize("path", sorted((ROOT / "schedules").glob("*.yaml")), ids=lambda path: path.name)
def test_our_own_catalog_has_the_layout(path: Path) -> None:
    assert fmt(path.read_text()) == path.read_text()


@given(st.dictionaries(texts, scalars | st.text("0123456789+-._:eExXobonyf ", max_size=8), max_size=4))
@example({"a": "0E0", "1e3": 1e16, "b": "-.5", "on": "off", "c": 5e-324})
def test_a_scalar_is_written_as_every_reader_reads_it(values: dict[str, Any]) -> None:
    for text in (flow(values), "\n".join(f"{key(name)}: {scalar(value)}" for name, value in values.items())):
        document = parse_document(text.encode(), "a.yaml")
        assert document.problems == ()
        assert document.value == (values or (None if not text else {}))
        assert [yaml.load(text, loader) for loader in (yaml.CSafeLoader, yaml.SafeLoader)] == [document.value] * 2


@given(st.dictionaries(names, entries, min_size=1, max_size=3))
def test_an_entry_is_written_as_it_is_read(schedules: dict[str, Any]) -> None:
    lines = ["owner: a", "schedules:", *(line for name, each in schedules.items() for line in entry_lines(name, each))]

    assert same(parse_document("\n".join(lines).encode(), "a.yaml").value, {"owner": "a", "schedules": schedules})


@given(st.dictionaries(names, entries, min_size=1, max_size=3), st.integers(2, 5), st.data())
def test_formatting_keeps_the_meaning_and_the_comments_and_is_done_after_once(
    schedules: dict[str, Any], step: int, data: st.DataObject
) -> None:
    lines = ["schedules:"]
    for name, values in schedules.items():
        lines += entry_lines(name, values, step, step)
    text = "".join(
        data.draw(marks).replace("#", " " * (data.draw(st.integers(0, 9))) + "#") + f"{line}\n" for line in lines
    )
    text += "owner: a  # us\n"
    once = fmt(text)

    assert same(parse_document(once.encode(), "a.yaml").value, {"owner": "a", "schedules": schedules})
    assert comments(once) == comments(text)
    assert fmt(once) == once


@pytest.mark.parametrize(
    "value",
    [
        '"two\n                lines"',
        "plain text\n                over lines",
        "|\n                kept\n                 as it is\n",
        ">-\n                folded\n\n                text",
        "|2\n                indented\n",
        "{a: 1,\n                b: [2]}",
        "[1, # one\n                2]",
    ],
)
def test_a_text_over_several_lines_stays_as_it_is_written(value: str) -> None:
    text = f"owner: a\nschedules:\n    x:\n        rate: 1 hour\n        request:\n            body: {value}\n"
    assert parse_document(text.encode(), "").readable
    once = fmt(text)

    assert same(parse_document(once.encode(), "").value, parse_document(text.encode(), "").value)
    assert fmt(once) == once
