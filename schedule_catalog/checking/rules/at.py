"""Times of one-time schedules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from schedule_catalog.checking.rules.fault import Fault
from schedule_catalog.wall_time import wall_time

if TYPE_CHECKING:
    from schedule_catalog.checking.draft import Draft

ID = "at"
DOC = "a one-time schedule is given as a wall time, yyyy-mm-ddThh:mm, without an offset"

_WRAPPER = re.compile(r"\s*at\s*\((.*?)\)?\s*", re.IGNORECASE | re.DOTALL)


def check(draft: Draft) -> Iterator[Fault]:
    """Find times that are none, with the text to write where the author's intention is plain."""
    if draft.kind != "at":
        return
    text = str(draft.values["at"])
    wrapped = _WRAPPER.fullmatch(text)
    if wrapped:
        right = wrapped[1].removesuffix(":00")
        yield Fault(("at",), f'"{text}" has the wrapper that the key "at" stands for: write "{right}"')
        return
    try:
        wall_time(text)
    except ValueError as error:
        yield Fault(("at",), str(error))
