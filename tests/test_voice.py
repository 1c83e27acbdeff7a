"""Texts of programs and documentation: docstrings, comments, messages, pages use none of `voice_terms.yaml`."""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

ROOT = Path(__file__).parents[1]
PROGRAMS = (
    "__main__.py", "benchmarks", "callback_api", "infra", "local", "proxy", "schedule_catalog", "schedule_client",
    "website",
)  # fmt: skip
PLAIN = (".html", ".js", ".css", ".toml", ".yaml", ".yml")
"""Files that are read as they are, comments included."""
GENERATED = ("vendor", "node_modules", "cli_modules", "__pycache__")
EXCEPTIONS: dict[str, str] = {}
"""A part of a text that may use a term, and the reason."""


@dataclass(frozen=True)
class Term:
    """A term of the list and its replacement."""

    pattern: re.Pattern[str]
    write: str


@dataclass(frozen=True)
class Text:
    """A text of a program."""

    place: str
    text: str
    is_docstring: bool = False


def listed(key: str) -> list[Term]:
    rows = yaml.safe_load((ROOT / "tests" / "voice_terms.yaml").read_text())[key]
    return [Term(re.compile(rf"\b(?:{row['term']})\b", re.IGNORECASE), row["write"]) for row in rows]


OPENINGS, TERMS = listed("openings"), listed("terms")


def of_python(place: str, source: str) -> Iterator[Text]:
    tree = ast.parse(source)
    docstrings = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            yield Text(f"{place}:{node.lineno}", node.value, id(node) in docstrings)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield Text(f"{place}:{token.start[0]}", token.string)


def of_schema(place: str, value: Any) -> Iterator[Text]:
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        for key, member in members.items():
            if key in ("title", "description", "markdownDescription", "patternErrorMessage") and isinstance(
                member, str
            ):
                yield Text(f"{place}: {key}", member, is_docstring=key == "description")
            else:
                yield from of_schema(place, member)
    elif isinstance(value, list):
        for each in cast("list[Any]", value):
            yield from of_schema(place, each)


def of_page(place: str, page: str) -> Iterator[Text]:
    """The prose of a page of the documentation: neither code nor what commands print."""
    blank = re.compile(r"^```.*?^```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
    prose = blank.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), page)
    yield from (Text(f"{place}:{number}", line) for number, line in enumerate(prose.splitlines(), 1) if line.strip())


def texts() -> Iterator[Text]:
    """Every text of the programs and the documentation, with its position."""
    for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))):
        yield from of_page(path.relative_to(ROOT).as_posix(), path.read_text())
    tops = [ROOT / top for top in (*PROGRAMS, "schemas", "Makefile")]
    for path in (each for top in tops for each in (sorted(top.rglob("*")) if top.is_dir() else [top])):
        place = path.relative_to(ROOT).as_posix()
        if not path.is_file() or any(f"/{part}/" in f"/{place}" for part in GENERATED):
            continue
        if path.suffix == ".py":
            yield from of_python(place, path.read_text())
        elif path.suffix == ".json" and place.startswith("schemas/"):
            yield from of_schema(place, json.loads(path.read_text()))
        elif path.suffix in PLAIN or path.name == "Makefile":
            yield from (Text(f"{place}:{number}", line) for number, line in enumerate(path.read_text().splitlines(), 1))


def faults(text: Text) -> Iterator[str]:
    """What a text says that it should not, and what to write instead."""
    for term in OPENINGS if text.is_docstring else ():
        if found := term.pattern.match(text.text.strip()):
            yield f'{text.place}: begins with "{found[0]}": write {term.write}'
    said = text.text
    for accepted in EXCEPTIONS:
        said = said.replace(accepted, "")
    for term in TERMS:
        for found in term.pattern.finditer(said):
            yield f'{text.place}: "{found[0]}": write {term.write}'


def test_the_texts_of_programs_and_documentation_use_no_word_of_the_list() -> None:
    found = list(texts())

    assert len(found) > 3000
    assert [fault for text in found for fault in faults(text)] == []


def test_an_exception_is_needed() -> None:
    everything = "\n".join(text.text for text in texts())

    for accepted in EXCEPTIONS:
        assert accepted in everything
        assert any(term.pattern.search(accepted) for term in TERMS), accepted


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('def f():\n    """What a call is told."""\n', ["What", "is told"]),
        ('x = f"the file {name} is mended"\n', ["mended"]),
        ("x = 1  # nobody knows it\n", ["nobody knows"]),
        ('x = "there is no file, and it is no longer there"\n', []),
        ('def f():\n    """Whether it is None."""\n', []),
    ],
)
def test_a_word_of_the_list_is_found_in_each_kind_of_text(source: str, said: list[str]) -> None:
    found = [fault for text in of_python("a.py", source) for fault in faults(text)]

    assert [fault.partition('"')[2].partition('"')[0] for fault in found] == said


def test_a_description_of_a_schema_is_a_text() -> None:
    schema = {"properties": {"a": {"description": "Whose it is; kept alone."}, "title": {"type": "string"}}}

    assert len([fault for text in of_schema("a.json", schema) for fault in faults(text)]) == 2


def test_the_prose_of_a_page_is_read_and_its_code_is_not() -> None:
    page = "It is kept `alone` alone.\n\n```text\nnobody knows\n```\n\nIt begins anew.\n"

    assert [fault.split(":")[1] for text in of_page("a.md", page) for fault in faults(text)] == ["1", "7"]
