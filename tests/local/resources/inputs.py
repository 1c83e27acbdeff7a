"""Inputs of resources, as a program gives them."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

from local.engine.archive import Archive

STATEMENT = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [STATEMENT]})
OTHER_TRUST = json.dumps({"Version": "2012-10-17", "Statement": [{**STATEMENT, "Sid": "Other"}]})
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}]})
OTHER_POLICY = POLICY.replace("sqs:*", "sns:*")
CODE = Archive(members={"handler.py": Archive(text="def handle(event, context): return 1\n")})
OTHER_CODE = Archive(members={"handler.py": Archive(text="def handle(event, context): return 2\n")})
FUNCTION = {"handler": "handler.handle", "runtime": "python3.13", "role": "arn:aws:iam::000000000000:role/r"}
SCHEDULE = {
    "name": "one",
    "groupName": "base-group",
    "scheduleExpression": "rate(1 minute)",
    "flexibleTimeWindow": {"mode": "OFF"},
    "startDate": "2030-01-01T00:00:00Z",
    "target": {"arn": "arn:aws:sqs:eu-central-1:000000000000:q", "roleArn": "arn:aws:iam::000000000000:role/r"},
}
TABLE = {
    "name": "the-table",
    "billingMode": "PAY_PER_REQUEST",
    "hashKey": "key",
    "rangeKey": "at",
    "attributes": [{"name": "key", "type": "S"}, {"name": "at", "type": "S"}, {"name": "day", "type": "S"}],
    "globalSecondaryIndexes": [{"name": "by-day", "hashKey": "day", "projectionType": "ALL"}],
}


def filled(inputs: dict[str, Any], made: SimpleNamespace) -> dict[str, Any]:
    text = {f"${name}": value for name, value in vars(made).items()}

    def fill(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: fill(item) for key, item in value.items()}
        return text.get(value, value) if isinstance(value, str) else value

    return fill(inputs)
