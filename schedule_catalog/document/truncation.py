"""A cron that YAML cuts short: in ``cron: 0 9 ? * 2 #1 *`` the space makes a comment of the rest."""

from __future__ import annotations

import re

from schedule_catalog.document.positions import BITS, END
from schedule_catalog.document.refusal import Refusal
from schedule_catalog.document.text import lines

_CUT = re.compile(r"""\s*(?:-\s+)*(["']?)cron\1\s*:\s+(?P<kept>[^"'#\s|>{\[][^#]*?)\s+(?P<lost>\#[1-5]\b.*?)\s*$""")
_FIELDS = 6
_PLACE = (1 << END) - 1


def refuse_cut_cron(data: bytes, marks: list[int]) -> None:
    """Raise Refusal at a comment that swallows the end of a cron."""
    if b"cron" not in data or b" #" not in data:
        return
    for number, line in enumerate(lines(data)):
        cut = _CUT.match(line)
        if cut and len(cut["kept"].split()) < _FIELDS and _is_value(number, cut.start("kept"), marks):
            whole = (cut["kept"] + cut["lost"]).removeprefix("cron(").removesuffix(")")
            message = f'"#" after a space starts a comment, which cuts the cron short: write cron: "{whole}"'
            raise Refusal(number, cut.start("lost"), "comment", message)


def _is_value(line: int, column: int, marks: list[int]) -> bool:
    """Whether a value of the document starts here, and not a line of some longer text."""
    return (line << BITS | column) in {mark & _PLACE for mark in marks}
