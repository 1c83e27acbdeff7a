from __future__ import annotations

import json
from typing import Any

import pytest

from tests.infra.sample import CONFIG, sample_stack, statements
from tests.pulumi_harness import run_program


@pytest.fixture(name="queue")
def _queue() -> Any:
    return sample_stack()["aws:sqs/queue:Queue", "retry-queue"]


def test_a_message_stays_hidden_for_six_times_as_long_as_the_function_may_take(queue: Any):
    slow = run_program({**CONFIG, "proxy": {"timeout_seconds": 900}})

    assert queue.inputs["visibilityTimeoutSeconds"] == 360
    assert slow["aws:sqs/queue:Queue", "retry-queue"].inputs["visibilityTimeoutSeconds"] == 5400


def test_what_cannot_be_worked_on_becomes_undelivered(queue: Any):
    assert json.loads(queue.inputs["redrivePolicy"]) == {
        "deadLetterTargetArn": "arn:aws:sqs:eu-west-1:123456789012:schedule-catalog-dev-eu-west-1-undelivered",
        "maxReceiveCount": 5,
    }


def test_nobody_but_the_function_may_put_a_message_there():
    policy = sample_stack()["aws:sqs/queuePolicy:QueuePolicy", "retry-policy"]

    assert statements(policy.inputs["policy"]) == [
        {
            "Sid": "FunctionAlone",
            "Effect": "Deny",
            "Principal": "*",
            "Action": ["sqs:SendMessage"],
            "Resource": "arn:aws:sqs:eu-west-1:123456789012:schedule-catalog-dev-eu-west-1-retry-queue",
            "Condition": {
                "StringNotEquals": {
                    "aws:PrincipalArn": "arn:aws:iam::123456789012:role/schedule-catalog-dev-eu-west-1-proxy-role"
                }
            },
        }
    ]


def test_the_role_that_may_is_the_functions_own():
    role = sample_stack()["aws:iam/role:Role", "proxy-function-role"]
    policy = sample_stack()["aws:sqs/queuePolicy:QueuePolicy", "retry-policy"]

    assert f':role/{role.inputs["name"]}"' in policy.inputs["policy"]
    assert not role.inputs.get("path")


def test_a_waiting_call_is_kept_as_safely_as_an_undelivered_one(queue: Any):
    undelivered = sample_stack()["aws:sqs/queue:Queue", "undelivered-queue"]

    for key in ("messageRetentionSeconds", "maxMessageSize", "sqsManagedSseEnabled"):
        assert queue.inputs[key] == undelivered.inputs[key]
    assert queue.protect
    assert not queue.inputs.get("fifoQueue")
