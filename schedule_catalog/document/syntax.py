"""libyaml's errors in words for the author, with the text to write for mistakes that cron makes likely."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from schedule_catalog.document.escapes import escape_message
from schedule_catalog.document.refusal import Refusal
from schedule_catalog.document.scalars import CURLY_QUOTES
from schedule_catalog.document.text import lines
from schedule_catalog.wording import quoted

if TYPE_CHECKING:
    from yaml import YAMLError
    from yaml.events import AliasEvent

# A line such as  `  cron: */5 * * * ? *  # comment`:  the text before the value, and the value.
_VALUE = r"(?P<head>\s*(?:- +)*(?:[A-Za-z_][^#:]*: +)?)(?P<value>[*?].*?)(?:\s+#\s.*)?\s*$"
# Typographic quote at the start of a value.
_CURLY = rf"(?:^|[:,-] |[\[{{]) *(?P<quote>[{CURLY_QUOTES}])"
_LONGEST_LINE = 160  # in longer lines the pattern is slow on many spaces, and nobody reads the advice
_NO_KEY_HERE = "mapping keys are not allowed in this context"
_NO_TOKEN = "found character that cannot start any token"  # noqa: S105 - a token of YAML
_ESCAPES = (
    "found unknown escape character",
    "found invalid Unicode character escape code",
    "did not find expected hexdecimal number",
)
_WORDS = {
    "mapping values are not allowed in this context": (
        '": " starts a value in a place without values: put the text in quotes, or check the indentation'
    ),
    "block sequence entries are not allowed in this context": (
        '"- " starts an item in a place without lists: put the text in quotes, or check the indentation'
    ),
    "did not find expected key": "a key is expected here: check the indentation and the quotes before it",
    "did not find expected '-' indicator": 'an item that starts with "- " is expected here: check the indentation',
    "did not find expected ',' or ']'": 'a list in "[" is not closed: write "," or "]"',
    "did not find expected ',' or '}'": 'a mapping in "{" is not closed: write "," or "}"',
    "did not find expected node content": "a value is expected here",
    "found unexpected document indicator": '"---" and "..." end a document, here in a quoted text: indent the line',
    "did not find expected <document start>": "a second document starts here: move it to another file",
    "could not find expected ':'": 'this key has no value: write ":" and a space after it',
    "found a tab character that violates indentation": "a tab cannot indent: use spaces",
    "found a tab character where an indentation space is expected": "a tab cannot indent: use spaces",
}


def syntax_refusal(error: YAMLError, data: bytes) -> Refusal:
    """Return the refusal for a text that libyaml cannot read, without words of libyaml."""
    problem = str(getattr(error, "problem", None))
    context = str(getattr(error, "context", None))
    place: Any = getattr(error, "problem_mark", None)
    source = _line(data, place.line) if place else ""
    if context in ("while scanning an alias", "while scanning an anchor"):
        place = getattr(error, "context_mark", place)
        return _refusal(place, _unquoted(_line(data, place.line), place.column))
    if problem == "found unexpected end of stream":
        return _refusal(
            getattr(error, "context_mark", place), "this quoted text is not closed: write the closing quote"
        )
    if problem in _ESCAPES:
        at = source.rfind("\\", 0, place.column + 1)
        return Refusal(place.line, at, "syntax", escape_message(source, at))
    if (curly := _curly(source)) is not None:
        return Refusal(place.line, curly, "syntax", curly_message(source[curly]))
    if problem == _NO_KEY_HERE:
        return _refusal(place, _unquoted(source, place.column))
    if problem == _NO_TOKEN:
        return _refusal(place, _no_start(source[place.column : place.column + 1]))
    return _refusal(place, _WORDS.get(problem) or _words_of(context, problem))


def curly_message(quote: str) -> str:
    """Return the message for a value that starts with a typographic quote, which quotes nothing."""
    return f"{quote} is not a quote in YAML, so it belongs to the text: write \" or ' instead"


def _curly(source: str) -> int | None:
    """Position of a value that starts with a typographic quote, unless straight quotes come before it."""
    found = re.search(_CURLY, source) if len(source) <= _LONGEST_LINE else None
    return None if found is None or re.search("[\"']", source[: found.start()]) else found.start("quote")


def _words_of(context: str, problem: str) -> str:
    """Message for rare mistakes: the rest of YAML."""
    if "irective" in context or "directive" in problem or "YAML document" in problem:
        return "directives (%YAML, %TAG) are not supported: put a text that starts with % in quotes"
    if "tag" in context or "tag" in problem:
        return 'a value that starts with "!" is a tag, which is not supported: put the text in quotes'
    if "block scalar" in context:
        return 'after "|" or ">" the text starts on the next line'
    return "this is not valid YAML: check the quotes and the indentation up to here"


def alias_message(event: AliasEvent, data: bytes) -> str:
    """Return the message for ``*name``, which is an alias in YAML and the start of a cron for most authors."""
    place: Any = event.start_mark
    alias = "*" + (event.anchor or "")
    source = _line(data, place.line)
    if source[place.column :].strip() == alias:
        return f'aliases ({quoted(alias)}) are not supported: write the value out, or use "defaults"'
    return f"aliases ({quoted(alias)}) are not supported: {_unquoted(source, place.column)}"


def _refusal(place: Any, message: str) -> Refusal:
    line, column = (place.line, place.column) if place else (0, 0)
    return Refusal(line, column, "syntax", message)


def _unquoted(source: str, column: int) -> str:
    advice = f'a value that starts with "{source[column : column + 1] or "*"}" must be quoted'
    match = re.match(_VALUE, source) if len(source) <= _LONGEST_LINE else None
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
