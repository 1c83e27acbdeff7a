"""Hashes of lines, which stay the same after a change elsewhere in the file, computed as GitHub does.

GitHub computes `primaryLocationLineHash` itself where a SARIF file lacks it, and warns about a different one:
https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
The hash of a line is a polynomial over the 100 UTF-16 units from its start, without blanks and with uniform line ends,
plus the number of earlier lines with this value.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate

_WINDOW = 100
_FACTOR = 37
_MASK = (1 << 64) - 1
_SHIFT = pow(_FACTOR, _WINDOW, 1 << 64)
_END = "\uffff"
_NEWLINE = ord("\n")
_LINE_END = re.compile("\r\n?")
_BLANKS = str.maketrans("", "", " \t")


def line_hashes(text: str) -> list[str]:
    """Return the hash of each line of a text; the text after a last line end counts as a line."""
    units = array("H", _squeezed(text).encode("utf-16-le", "surrogatepass"))
    padded = (*units, *(0,) * _WINDOW)
    sums = list(accumulate(padded, lambda total, unit: (total * _FACTOR + unit) & _MASK, initial=0))
    values = [f"{(sums[start + _WINDOW] - sums[start] * _SHIFT) & _MASK:x}" for start in _line_starts(units)]
    return list(_counted(values))


def _squeezed(text: str) -> str:
    return _LINE_END.sub("\n", text.translate(_BLANKS)) + _END


def _line_starts(units: array[int]) -> Iterator[int]:
    yield 0
    for index, unit in enumerate(units):
        if unit == _NEWLINE:
            yield index + 1


def _counted(values: list[str]) -> Iterator[str]:
    seen: Counter[str] = Counter()
    for value in values:
        seen[value] += 1
        yield f"{value}:{seen[value]}"
