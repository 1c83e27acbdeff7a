"""Plain scalars: a number, a boolean or null where YAML 1.1 and 1.2 agree, otherwise the text.

Sources: YAML 1.2.2 section 10.3.2 (the core schema); YAML 1.1 as PyYAML's resolver reads it, where a number with an
exponent needs a dot and a sign; the YAML 1.1 types merge, value and timestamp (yaml.org/type).
"""

from __future__ import annotations

import re
from math import isinf
from typing import NamedTuple

Scalar = None | bool | int | float | str

_CONSTANTS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
# Of the type's words, y, Y, n and N are omitted: no reader in common use treats them as booleans.
_BOOLEANS_OF_1_1 = ("yes", "Yes", "YES", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF")
# Most plain scalars are text in both versions: only these words and texts that start like a number can differ.
WORDS = frozenset([*_CONSTANTS, *_BOOLEANS_OF_1_1, "<<", "="])
CURLY_QUOTES = "“”„‟‘’‚‛"
# A typographic quote makes a value text too, although its author expects a quote.
INITIALS = frozenset("+-.0123456789" + CURLY_QUOTES)

_NUMBER = re.compile(
    r"""(?P<decimal>[-+]?[0-9]+)
    | 0x(?P<hexadecimal>[0-9a-fA-F]+)
    | (?P<float>[-+]?[0-9]+\.[0-9]*(?:[eE][-+][0-9]+)?|\.[0-9]+(?:[eE][-+][0-9]+)?)
    | (?P<nothing>[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))
    """,
    re.VERBOSE,
)
# These two are for texts that few files have: re compiles them when they are first used, and keeps them.
_NUMBER_OF_1_2 = r"0o(?P<octal>[0-7]+)|(?P<float>[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)"
_YAML_1_1 = rf"""(?P<boolean>{"|".join(_BOOLEANS_OF_1_1)})
    | (?P<base60>[-+]?(?:[1-9][0-9_]*(?::[0-5]?[0-9])+|[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*))
    | (?P<date>[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}
        |[0-9]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}}(?:[Tt]|[ \t]+)[0-9]{{1,2}}:[0-9]{{2}}:[0-9]{{2}}.*)
    | (?P<number>[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]*_[0-9a-fA-F_]*|[0-9.]+_[0-9_.]*(?:[eE][-+]?[0-9]+)?)
        |[-+]0x[0-9a-fA-F]+)
    | (?P<value>=)
    """
_TAKEN_FOR = {
    "boolean": "a boolean",
    "base60": "a number in base 60",
    "date": "a date",
    "number": "a number",
    "value": "a default key",
}
_SMALLEST, _LARGEST = -(2**63), 2**64 - 1
_LONGEST_INTEGER = 20


class ScalarError(ValueError):
    """Plain scalar without a safe reading; the message ends with the text to write."""


def core_scalar(text: str) -> Scalar:
    """Return the value of a plain scalar: PyYAML's value, or else the text.

    Raises ScalarError for numbers that JSON or 64 bits cannot hold, and for a leading zero, on which readers of
    YAML disagree; it is usually an identifier.
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    match = _NUMBER.fullmatch(text)
    if match is None:
        return text
    digits = match[match.lastgroup or 0]
    match match.lastgroup:
        case "decimal":
            return _decimal(digits)
        case "hexadecimal":
            return _bounded(int(digits, 16))
        case "float":
            return finite(float(digits))
        case _:
            raise ScalarError(f'"{text}" is not a number that JSON can hold: quote it or write a finite number')


class Reading(NamedTuple):
    """Other reading of a plain scalar that is text here: the version of YAML, the kind, and how to write it."""

    version: str
    kind: str
    plain: str | None = None
    """Number that every reader interprets alike."""


def other_reading(text: str) -> Reading | None:
    """Return the other reading of a plain scalar that `core_scalar` reads as text, if a version of YAML has one."""
    match = re.fullmatch(_YAML_1_1, text, re.VERBOSE)
    if match is not None:
        return Reading("1.1", _TAKEN_FOR[match.lastgroup or ""])
    match = None if _NUMBER.fullmatch(text) else re.fullmatch(_NUMBER_OF_1_2, text)
    return None if match is None else Reading("1.2", "a number", _plainly(match))


def number_text(number: float) -> str:
    """Return a number as plain text that `core_scalar` reads as the same number."""
    written = repr(number)
    return written if "." in written or "e" not in written else written.replace("e", ".0e")


def finite(number: float) -> float:
    """Return a number; raises ScalarError for one that a 64-bit float cannot hold."""
    if isinf(number):
        raise ScalarError("the number is too large for a 64-bit float: quote it to send it as text")
    return number


def _plainly(match: re.Match[str]) -> str | None:
    if match["octal"]:
        return str(int(match["octal"], 8)) if len(match["octal"]) <= _LONGEST_INTEGER else None
    number = float(match["float"])
    return None if isinf(number) else number_text(number)


def _decimal(digits: str) -> int:
    unsigned = digits.lstrip("+-")
    if unsigned[0] == "0" and len(unsigned) > 1:
        short = digits if len(digits) <= _LONGEST_INTEGER else f"{digits[:_LONGEST_INTEGER]}…"
        raise ScalarError(f'"{short}" has a leading zero: quote it, or write the number without the zero')
    return _bounded(int(digits)) if len(unsigned) <= _LONGEST_INTEGER else _bounded(_LARGEST + 1)


def _bounded(number: int) -> int:
    if _SMALLEST <= number <= _LARGEST:
        return number
    raise ScalarError(f"the integer does not fit 64 bits ({_SMALLEST} to {_LARGEST}): quote it to send it as text")
