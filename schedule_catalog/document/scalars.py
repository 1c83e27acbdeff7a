"""Plain scalars by YAML 1.2's core schema, and which of them a reader of YAML 1.1 takes for something else.

Sources: YAML 1.2.2 section 10.3.2; YAML 1.1 types bool, int, float, merge, value and timestamp (yaml.org/type).
"""

from __future__ import annotations

import re
from math import isinf

Scalar = None | bool | int | float | str

_CONSTANTS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
# Of the type's words, y, Y, n and N are left out: no reader in common use takes them for booleans.
_BOOLEANS_OF_1_1 = ("yes", "Yes", "YES", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF")
# Most plain scalars are text in either version: only these words and what starts like a number can be anything else.
WORDS = frozenset([*_CONSTANTS, *_BOOLEANS_OF_1_1, "<<", "="])
INITIALS = frozenset("+-.0123456789")

_NUMBER = re.compile(
    r"""(?P<decimal>[-+]?[0-9]+)
    | 0o(?P<octal>[0-7]+)
    | 0x(?P<hexadecimal>[0-9a-fA-F]+)
    | (?P<float>[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)
    | (?P<nothing>[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))
    """,
    re.VERBOSE,
)
_YAML_1_1 = re.compile(
    rf"""(?P<boolean>{"|".join(_BOOLEANS_OF_1_1)})
    | (?P<base60>[-+]?(?:[1-9][0-9_]*(?::[0-5]?[0-9])+|[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*))
    | (?P<date>[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}
        |[0-9]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}}(?:[Tt]|[ \t]+)[0-9]{{1,2}}:[0-9]{{2}}:[0-9]{{2}}.*)
    | (?P<number>[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]*_[0-9a-fA-F_]*|[0-9.]+_[0-9_.]*(?:[eE][-+]?[0-9]+)?)
        |[-+]0x[0-9a-fA-F]+)
    | (?P<text>0o[0-7]+|[-+]\.[0-9]+(?:[eE][-+][0-9]+)?
        |[-+]?[0-9]+[eE][-+]?[0-9]+|[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)[eE][0-9]+)
    | (?P<value>=)
    """,
    re.VERBOSE,
)
_TAKEN_FOR = {
    "boolean": "a boolean",
    "base60": "a number in base 60",
    "date": "a date",
    "number": "a number",
    "text": "text",
    "value": "a default key",
}
_SMALLEST, _LARGEST = -(2**63), 2**64 - 1
_LONGEST_INTEGER = 20


class ScalarError(ValueError):
    """A plain scalar that has no safe reading; the message ends with what to write."""


def core_scalar(text: str) -> Scalar:
    """The value of a plain scalar.

    Raises ScalarError for numbers that JSON or 64 bits cannot hold, and for a leading zero, which readers of YAML
    disagree on and which is mostly an identifier anyway.
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
        case "octal":
            return _bounded(int(digits, 8))
        case "hexadecimal":
            return _bounded(int(digits, 16))
        case "float":
            return _finite(float(digits))
        case _:
            raise ScalarError(f'"{text}" is not a number that JSON can hold: quote it or write a finite number')


def taken_otherwise(text: str) -> str | None:
    """What a reader of YAML 1.1 takes a plain scalar for, when that is not what YAML 1.2 says."""
    match = _YAML_1_1.fullmatch(text)
    return None if match is None else _TAKEN_FOR[match.lastgroup or ""]


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


def _finite(number: float) -> float:
    if isinf(number):
        raise ScalarError("the number is too large for a 64-bit float: quote it to send it as text")
    return number
