"""libyaml's complaints in words for the author, with what to write for the mistakes that cron makes easy."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from schedule_catalog.document.refusal import Refusal
from schedule_catalog.document.text import lines
from schedule_catalog.wording import quoted

if TYPE_CHECKING:
    from yaml import YAMLError
    from yaml.events import AliasEvent

# A line such as  `  cron: */5 * * * ? *  # comment`:  what stands before the value, and the value.
_VALUE = re.compile(r"(?P<head>\s*(?:- +)*(?:[A-Za-z_][^#:]*: +)?)(?P<value>[*?].*?)(?:\s+#\s.*)?\s*$")
_LONGEST_LINE = 160  # beyond it the pattern takes its time over many spaces, and nobody reads the advice
_NO_KEY_HERE = "mapping keys are not allowed in this context"
_NO_TOKEN = "found character that cannot start any token"  # noqa: S105 - a token of YAML
_WORDS = {
    "mapping values are not allowed in this context": (
        '": " starts a value where none can stand: put the text in quotes, or check the indentation'
    ),
    "block sequence entries are not allowed in this context": (
        '"- " starts an item where no list can stand: put the text in quotes, or check the indentation'
    ),
    "did not find expected key": "a key is expected here: check the indentation and the quotes before it",
    "did not find expected '-' indicator": 'an item that starts with "- " is expected here: check the indentation',
    "did not find expected ',' or ']'": 'a list in "[" is not closed: write "," or "]"',
    "did not find expected ',' or '}'": 'a mapping in "{" is not closed: write "," or "}"',
    "did not find expected node content": "a value is expected here",
    "found unknown escape character": 'this escape is not known in double quotes: use single quotes, or write "\\\\"',
    "did not find expected <document start>": "a second document starts here: put it into a file of its own",
    "could not find expected ':'": 'this key has no value: write ":" and a space after it',
    "found a tab character that violates indentation": "a tab cannot indent: use spaces",
    "found a tab character where an indentation space is expected": "a tab cannot indent: use spaces",
}


def syntax_refusal(error: YAMLError, data: bytes) -> Refusal:
    """The refusal for what libyaml could not read."""
    problem: str = getattr(error, "problem", None) or "this is not YAML"
    place: Any = getattr(error, "problem_mark", None)
    if getattr(error, "context", None) in ("while scanning an alias", "while scanning an anchor"):
        place = getattr(error, "context_mark", place)
        return _refusal(place, _unquoted(_line(data, place.line), place.column))
    if problem == "found unexpected end of stream":
        return _refusal(
            getattr(error, "context_mark", place), "this quoted text is not closed: write the closing quote"
        )
    if problem == _NO_KEY_HERE:
        return _refusal(place, _unquoted(_line(data, place.line), place.column))
    if problem == _NO_TOKEN:
        return _refusal(place, _no_start(_line(data, place.line)[place.column : place.column + 1]))
    return _refusal(place, _WORDS.get(problem, problem))


def alias_message(event: AliasEvent, data: bytes) -> str:
    """What to say of ``*name``, which is an alias to YAML and the start of a cron to most authors."""
    place: Any = event.start_mark
    alias = "*" + (event.anchor or "")
    source = _line(data, place.line)
    if source[place.column :].strip() == alias:
        return f'aliases ({quoted(alias)}) are not read: write the value out, or use "defaults"'
    return f"aliases ({quoted(alias)}) are not read: {_unquoted(source, place.column)}"


def _refusal(place: Any, message: str) -> Refusal:
    line, column = (place.line, place.column) if place else (0, 0)
    return Refusal(line, column, "syntax", message)


def _unquoted(source: str, column: int) -> str:
    advice = f'a value that starts with "{source[column : column + 1] or "*"}" must be quoted'
    match = _VALUE.match(source) if len(source) <= _LONGEST_LINE else None
    if match is None or match.start("value") != column:
        return advice
    return f'{advice}: write {match["head"].strip()} "{match["value"]}"'.replace("write  ", "write ")


def _no_start(character: str) -> str:
    if character == "\t":
        return "a tab cannot indent: use spaces"
    return f"{quoted(character)} cannot start a value: put the value in quotes"


def _line(data: bytes, number: int) -> str:
    rows = lines(data)
    return rows[number] if number < len(rows) else ""
