from __future__ import annotations

from typing import Any

import pytest

from tests.infra.sample import sample_stack

PREFIX = "schedule-catalog-dev-eu-west-1"


@pytest.fixture(name="mapping")
def _mapping() -> Any:
    return sample_stack()["aws:lambda/eventSourceMapping:EventSourceMapping", "proxy-retries"]


def test_the_retry_queue_and_no_other_invokes_the_alias_retry(mapping: Any):
    mappings = sample_stack().of_type("aws:lambda/eventSourceMapping:EventSourceMapping")

    assert list(mappings.values()) == [mapping]
    assert mapping.inputs["eventSourceArn"] == f"arn:aws:sqs:eu-west-1:123456789012:{PREFIX}-retry-queue"
    assert mapping.inputs["functionName"] == f"arn:aws:lambda:eu-west-1:123456789012:function:{PREFIX}-proxy:retry"


def test_one_message_at_a_time_may_be_given_back(mapping: Any):
    assert (mapping.inputs["batchSize"], mapping.inputs["functionResponseTypes"]) == (1, ["ReportBatchItemFailures"])


def test_retries_leave_an_account_room_for_first_attempts(mapping: Any):
    assert mapping.inputs["scalingConfig"] == {"maximumConcurrency": 50}


def test_the_permission_to_read_the_queue_comes_first(mapping: Any):
    assert "proxy-function-policy" in mapping.depends_on


def test_the_loop_is_allowed_before_it_can_turn(mapping: Any):
    config = sample_stack()["aws:lambda/functionRecursionConfig:FunctionRecursionConfig", "proxy-retries-loop"]

    assert config.inputs == {"functionName": f"{PREFIX}-proxy", "recursiveLoop": "Allow"}
    assert "proxy-retries-loop" in mapping.depends_on
