from __future__ import annotations

import io
import json
import logging
from typing import TYPE_CHECKING

from callback_api.log import say, write_lines

if TYPE_CHECKING:
    import pytest


def test_a_host_application_sees_id_and_reason_in_its_own_form(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "callback_api"):
        say("task-failed", task_id="t", reason='two\nlines "quoted"')

    assert caplog.messages == ['task-failed task_id="t" reason="two\\nlines \\"quoted\\""']


def test_the_service_s_own_lines_are_json_with_the_event_alone() -> None:
    logger, stream = logging.getLogger("callback_api"), io.StringIO()
    before = logger.handlers[:], logger.level, logger.propagate
    try:
        write_lines(stream=stream)
        say("task-failed", task_id="t", reason="why")
    finally:
        logger.handlers[:], logger.level, logger.propagate = before

    line = json.loads(stream.getvalue())
    assert (line["event"], line["task_id"], line["reason"]) == ("task-failed", "t", "why")
