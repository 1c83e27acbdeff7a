"""The period of a recurring schedule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from schedule_catalog.checking.rules.fault import Fault
from schedule_catalog.wall_time import wall_time

if TYPE_CHECKING:
    from schedule_catalog.checking.draft import Draft

ID = "bounds"
DOC = '"start" and "end" are wall times of a recurring schedule, and "start" is before "end"'


def check(draft: Draft) -> Iterator[Fault]:
    """Find bounds that are no times, and periods without any time in them."""
    values = draft.values
    if "start" not in values and "end" not in values:
        return
    if draft.kind == "at":
        yield from _meaningless(draft)
        return
    read: dict[str, datetime] = {}
    for key in ("start", "end"):
        if key in values:
            try:
                read[key] = wall_time(str(values[key]))
            except ValueError as error:
                yield Fault((key,), str(error))
    if len(read) == 2 and read["start"] >= read["end"]:
        yield Fault(("end",), f'the end, "{values["end"]}", is not after the start, "{values["start"]}"')


def _meaningless(draft: Draft) -> Iterator[Fault]:
    for key in ("start", "end"):
        if key in draft.values:
            yield Fault((key,), f'"{key}" has no meaning with "at", which is one time: remove it', at_key=True)
