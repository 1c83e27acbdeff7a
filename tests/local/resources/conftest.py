"""The emulator's clients, and what other resources stand on."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from local.clients import Clients
from local.resources import RESOURCE_TYPES
from tests.local.resources.inputs import CODE, FUNCTION, POLICY, TRUST

if TYPE_CHECKING:
    from local.emulator.emulator import Emulator


@pytest.fixture(scope="module")
def aws(emulator: Emulator) -> Clients:
    return Clients(emulator.endpoint, emulator.region)


@pytest.fixture(scope="module")
def made(aws: Clients) -> SimpleNamespace:
    """What other resources stand on."""
    RESOURCE_TYPES["aws:iam/role:Role"].create(aws, {"name": "base-role", "assumeRolePolicy": TRUST})
    RESOURCE_TYPES["aws:lambda/function:Function"].create(
        aws, {"name": "base", "code": CODE, "publish": True, **FUNCTION}
    )
    queue = RESOURCE_TYPES["aws:sqs/queue:Queue"].create(aws, {"name": "base-queue"})
    policy = RESOURCE_TYPES["aws:iam/policy:Policy"].create(aws, {"name": "base-policy", "policy": POLICY})
    RESOURCE_TYPES["aws:scheduler/scheduleGroup:ScheduleGroup"].create(aws, {"name": "base-group"})
    secret = RESOURCE_TYPES["aws:secretsmanager/secret:Secret"].create(aws, {"name": "/base-secret"})
    version = {"secretId": secret, "secretString": "base", "versionStages": ["FIRST"]}
    RESOURCE_TYPES["aws:secretsmanager/secretVersion:SecretVersion"].create(aws, version)
    api = RESOURCE_TYPES["aws:apigatewayv2/api:Api"].create(aws, {"name": "base-api", "protocolType": "HTTP"})
    queue_arn = "arn:aws:sqs:eu-central-1:000000000000:base-queue"
    return SimpleNamespace(queue=queue, queue_arn=queue_arn, policy=policy, api=api, secret=secret)
