"""Cron expressions that EventBridge Scheduler takes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from schedule_catalog.checking.rules.fault import Fault
from schedule_catalog.checking.rules.wording import unwrapped

if TYPE_CHECKING:
    from schedule_catalog.checking.draft import Draft

ID = "cron"
DOC = "a cron has six fields: minutes hours day-of-month month day-of-week year"

_WRAPPER = re.compile(r"\s*cron\s*\((.*?)\)?\s*", re.IGNORECASE | re.DOTALL)
_NICKNAMES = {
    "@hourly": "0 * * * ? *",
    "@daily": "0 0 * * ? *",
    "@midnight": "0 0 * * ? *",
    "@weekly": "0 0 ? * SUN *",
    "@monthly": "0 0 1 * ? *",
    "@yearly": "0 0 1 1 ? *",
    "@annually": "0 0 1 1 ? *",
}


def check(draft: Draft) -> Iterator[Fault]:
    """Find what cannot be read, with the text to write where the author's intention is plain."""
    mistake = draft.mistake
    if draft.kind != "cron" or mistake is None:
        return
    advice = _advice(str(draft.values["cron"]))
    if advice:
        yield Fault(("cron",), advice)
    else:
        yield Fault(("cron",), unwrapped(mistake.message), offset=max(0, mistake.column - 1 - len("cron(")))


def _advice(text: str) -> str | None:
    if wrapped := _WRAPPER.fullmatch(text):
        return f'"{text}" has the wrapper that the key "cron" stands for: write "{wrapped[1]}"'
    nickname = _NICKNAMES.get(text.strip().lower())
    return f'"{text}" is known to other cron programs only: write "{nickname}"' if nickname else None
