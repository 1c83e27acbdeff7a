from __future__ import annotations

from typing import Any

import pytest

from tests.infra.sample import sample_stack


@pytest.fixture(name="queue", params=["scheduler-dlq-queue", "undelivered-queue"])
def _queue(request: pytest.FixtureRequest) -> Any:
    return sample_stack()["aws:sqs/queue:Queue", request.param]


def test_a_queue_is_encrypted(queue: Any):
    assert queue.inputs["sqsManagedSseEnabled"] is True


def test_a_queue_keeps_a_message_as_long_as_sqs_does(queue: Any):
    assert queue.inputs["messageRetentionSeconds"] == 1_209_600


def test_a_queue_takes_the_largest_input_with_its_envelope(queue: Any):
    assert queue.inputs["maxMessageSize"] == 1_048_576


def test_a_queue_is_protected_and_standard(queue: Any):
    assert queue.protect
    assert not queue.inputs.get("fifoQueue")
