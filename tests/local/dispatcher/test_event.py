from __future__ import annotations

import json
from datetime import UTC, datetime

from local.dispatcher.event import Attempt, event_text
from tests.local.dispatcher.world import PREFIX

ATTEMPT = Attempt(PREFIX + "once", datetime(2026, 11, 23, 9, 0, tzinfo=UTC), "d32c5kddcf5bb8c3", 2)


def test_the_four_context_attributes_are_replaced_wherever_they_stand() -> None:
    text = '{"<aws.scheduler.attempt-number>": "<aws.scheduler.schedule-arn> at <aws.scheduler.scheduled-time>", '
    text += '"id": "<aws.scheduler.execution-id>", "twice": "<aws.scheduler.execution-id>"}'

    assert json.loads(event_text(text, ATTEMPT)) == {
        "2": f"{PREFIX}once at 2026-11-23T09:00:00Z",
        "id": "d32c5kddcf5bb8c3",
        "twice": "d32c5kddcf5bb8c3",
    }


def test_any_other_keyword_is_left_as_it_is() -> None:
    assert event_text('"<aws.scheduler.schedule-name> <x>"', ATTEMPT) == '"<aws.scheduler.schedule-name> <x>"'


def test_a_target_without_an_input_receives_the_default_event() -> None:
    assert json.loads(event_text(None, ATTEMPT)) == {
        "version": "0",
        "id": "d32c5kddcf5bb8c3",
        "detail-type": "Scheduled Event",
        "source": "aws.scheduler",
        "account": "000000000000",
        "time": "2026-11-23T09:00:00Z",
        "region": "eu-central-1",
        "resources": [f"{PREFIX}once"],
        "detail": "{}",
    }
