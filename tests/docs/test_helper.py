"""docs/helper.md, followed from top to bottom in one application, with an AWS in memory behind it."""

from __future__ import annotations

import contextlib
import io
import re
from functools import partial
from typing import Any

import schedule_client
from schedule_client import ScheduleClient, ScheduleError
from tests.docs.page import ROOT, blocks
from tests.schedule_client.aws import SETTINGS, Clock, FakeScheduler

PAGE = (ROOT / "docs" / "helper.md").read_text()


def test_every_sample_prints_what_the_page_says() -> None:
    clock = Clock()
    settings = type(SETTINGS)(
        target_arn=SETTINGS.target_arn,
        role_arn=SETTINGS.role_arn,
        group=SETTINGS.group,
        dead_letter_arn=SETTINGS.dead_letter_arn,
        name_prefix="shop-",
    )
    told = partial(ScheduleClient, settings, client=FakeScheduler(), clock=clock, sleep=clock.sleep)
    names: dict[str, Any] = {"ScheduleClient": told}
    printed = ""
    checked = 0
    for block in blocks(PAGE):
        if block.language == "python":
            output = io.StringIO()
            source = re.sub(
                r"^(from schedule_client import .*), ScheduleClient$", r"\1", block.text, flags=re.MULTILINE
            )
            with contextlib.redirect_stdout(output):
                exec(source, names)
            printed = output.getvalue()
        elif block.language == "text":
            assert printed == block.text
            checked += 1
    assert checked == 7


def test_every_error_is_listed_and_nothing_else() -> None:
    listed = set(re.findall(r"^\| `(\w+Error)` \|", PAGE, re.MULTILINE))
    exported = {name for name in schedule_client.__all__ if issubclass_of_error(name)}

    assert listed == exported - {"ScheduleError"}


def issubclass_of_error(name: str) -> bool:
    found = getattr(schedule_client, name)
    return isinstance(found, type) and issubclass(found, ScheduleError)
