from __future__ import annotations

from infra.policies import Allow, Trust


def test_a_permission_is_a_statement_without_a_principal():
    assert Allow("Send", ["sqs:SendMessage"], ["arn:aws:sqs:eu-west-1:123456789012:q"]).statement() == {
        "Sid": "Send",
        "Effect": "Allow",
        "Action": ["sqs:SendMessage"],
        "Resource": ["arn:aws:sqs:eu-west-1:123456789012:q"],
    }


def test_a_trust_names_the_service_and_its_conditions():
    assert Trust("scheduler.amazonaws.com", {"aws:SourceAccount": "123456789012"}).statement() == {
        "Effect": "Allow",
        "Principal": {"Service": "scheduler.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}},
    }


def test_a_trust_without_conditions_has_no_empty_block():
    assert "Condition" not in Trust("lambda.amazonaws.com").statement()
