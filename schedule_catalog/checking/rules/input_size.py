"""The size of what EventBridge Scheduler carries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from schedule_catalog.checking.rules.fault import Fault
from schedule_client.contract import INPUT_MAX_BYTES, RequestError, build_event, input_findings, input_text

if TYPE_CHECKING:
    from schedule_catalog.checking.draft import Draft
    from schedule_catalog.checking.rules.context import Context
    from schedule_catalog.entry import Entry

ID = "input-size"
DOC = "a request is at most 192 KB as Target.Input"
# JSON writes a byte of YAML in at most six (a control character), and an event holds little that its file does not.
_SMALL_FILE = (INPUT_MAX_BYTES - 4096) // 6


def check(entries: tuple[Entry, ...], draft: Draft, context: Context) -> Iterator[Fault]:
    """Find requests that are too large, and those that JSON cannot carry."""
    if len(draft.document.data) <= _SMALL_FILE:
        return
    try:
        text = input_text(build_event(entries[0].request, draft.name))
    except RequestError as error:
        yield Fault(("request",), str(error), at_key=True)
        return
    for finding in input_findings(text):
        yield Fault(("request", *finding.pointer), finding.message, at_key=True)
