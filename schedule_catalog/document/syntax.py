"""libyaml's complaints in words for the author, with what to write for the mistakes that cron makes easy."""

from __future__ import annotations

import re
from typing import Any

from yaml import YAMLError
from yaml.events import AliasEvent

from schedule_catalog.document.refusal import Refusal
from schedule_catalog.document.text import lines
from schedule_catalog.problem import quoted

# A line such as  `  cron: */5 * * * ? *  # comment`:  what stands before the value, and the value.
_VALUE = re.compile(r"(?P<head>\s*(?:- +)*(?:[^\s\"'#&*?|>@`%!{}\[\],-][^#:]*: +)?)(?P<value>[*?].*?)(?:\s+#\s.*)?\s*$")
_WORDS = {
    "mapping keys are not allowed in this context": '"? " starts a key here: put the value in quotes',
    "mapping values are not allowed in this context": '": " starts a value where none can stand: put the text in quotes, or check the indentation',
    "did not find expected key": "a key is expected here: check the indentation and the quotes before it",
    "did not find expected '-' indicator": 'an item that starts with "- " is expected here: check the indentation',
    "did not find expected ',' or ']'": 'a list in "[" is not closed: write "," or "]"',
    "did not find expected ',' or '}'": 'a mapping in "{" is not closed: write "," or "}"',
    "did not find expected node content": "a value is expected here",
    "found unexpected end of stream": "the quoted text is not closed before the file ends",
    "found unknown escape character": 'this escape is not known in double quotes: use single quotes, or write "\\\\"',
    "did not find expected <document start>": "a second document starts here: put it into a file of its own",
    "could not find expected ':'": 'a key without ":"',
}


def syntax_refusal(error: YAMLError, data: bytes) -> Refusal:
    """The refusal for what libyaml could not read."""
    problem: str = getattr(error, "problem", None) or "the text is not YAML"
    place: Any = getattr(error, "problem_mark", None)
    context: str = getattr(error, "context", None) or ""
    line, column = (place.line, place.column) if place else (0, 0)
    if context in ("while scanning an alias", "while scanning an anchor"):
        start = getattr(error, "context_mark", place)
        return Refusal(start.line, start.column, "syntax", _unquoted(_line(data, start.line), start.column))
    source = _line(data, line)
    if problem == "mapping keys are not allowed in this context":
        return Refusal(line, column, "syntax", _unquoted(source, column))
    if problem == "found character that cannot start any token":
        return Refusal(line, column, "syntax", _no_start(source[column : column + 1]))
    return Refusal(line, column, "syntax", _WORDS.get(problem, problem))


def alias_message(event: AliasEvent, data: bytes) -> str:
    """What to say of ``*name``, which is an alias to YAML and the start of a cron to most authors."""
    source = _line(data, event.start_mark.line)
    return f"aliases ({quoted('*' + (event.anchor or ''))}) are not read: {_unquoted(source, event.start_mark.column)}"


def _unquoted(source: str, column: int) -> str:
    sign = source[column : column + 1] or "*"
    match = _VALUE.match(source)
    if match is None or match.start("value") != column:
        return f'a value that starts with "{sign}" must be quoted'
    return f"""a value that starts with "{sign}" must be quoted: write {match["head"].strip()} "{match["value"]}\""""


def _no_start(character: str) -> str:
    if character == "\t":
        return "a tab cannot indent: use spaces"
    return f"{quoted(character)} cannot start a value: put the value in quotes"


def _line(data: bytes, number: int) -> str:
    rows = lines(data)
    return rows[number] if number < len(rows) else ""
