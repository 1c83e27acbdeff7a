"""Crons that YAML cuts short: in ``cron: 0 9 ? * 2 #1 *`` the space turns the rest into a comment."""

from __future__ import annotations

import re

from schedule_catalog.document.positions import BITS, END
from schedule_catalog.document.refusal import Refusal
from schedule_catalog.document.text import lines
from schedule_catalog.wording import quoted

_CUT = r"""\s*(?:-\s+)*(["']?)cron\1\s*:\s+(?P<kept>[^"'#\s|>{\[][^#]*?)\s+(?P<lost>\#[1-5]\b.*?)\s*$"""
_FIELDS = 6
_LONGEST_LINE = 400  # no cron is longer, and the pattern is slow on many spaces
_PLACE = (1 << END) - 1


def refuse_cut_cron(data: bytes, marks: list[int]) -> None:
    """Raise Refusal at a comment that swallows the end of a cron."""
    if b"cron" not in data or b" #" not in data:
        return
    values: set[int] = set()  # positions of keys and values: a line inside a longer text starts none
    for number, line in enumerate(lines(data)):
        cut = re.match(_CUT, line) if " #" in line and len(line) <= _LONGEST_LINE else None
        if cut is None or len(cut["kept"].split()) >= _FIELDS:
            continue
        values = values or {mark & _PLACE for mark in marks}
        if (number << BITS | cut.start("kept")) in values:
            whole = (cut["kept"] + cut["lost"]).removeprefix("cron(").removesuffix(")")
            message = f'"#" after a space starts a comment, which cuts the cron short: write cron: {quoted(whole)}'
            raise Refusal(number, cut.start("lost"), "comment", message)
