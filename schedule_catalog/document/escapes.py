r"""rEscapes in double quotes that YAML does not have, including JSON's two `\u` for one character."""

from __future__ import annotations

import re

_PAIR = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_CODE = re.compile(r"\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})")
_DIGITS = {"x": 2, "u": 4, "U": 8}


def escape_message(source: str, at: int) -> str:
    """Return the mistake in the escape whose backslash is at *at* in a line, and the text to write."""
    if pair := _PAIR.match(source, at):
        high, low = int(pair[1], 16), int(pair[2], 16)
        character = chr(0x10000 + (high - 0xD800 << 10) + low - 0xDC00)
        itself = f' is "{character}" in JSON' if character.isprintable() else " is one character in JSON"
        return f'"{pair[0]}"{itself}: write "\\U{ord(character):08X}", or the character itself'
    if code := _CODE.match(source, at):
        if len(code[0]) == len("\\ud800"):
            return f'"{code[0]}" is half of a character: write the whole one, as "\\U0001F600" or itself'
        return f'"{code[0]}" is not a character: the last one is "\\U0010FFFF"'
    kind = source[at + 1 : at + 2]
    if digits := _DIGITS.get(kind):
        return f'"\\{kind}" needs {digits} hexadecimal digits: add them, or write "\\\\" for a backslash'
    return 'this escape is unknown in double quotes: use single quotes, or write "\\\\"'
