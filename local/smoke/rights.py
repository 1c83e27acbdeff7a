"""Permissions of an application with its policy, and their limits."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from local.smoke.deployments import TAG
from local.smoke.errors import FailedError
from local.smoke.stack import APPLICATION
from local.smoke.step import SmokeStep
from schedule_client import PermissionDeniedError, Request

if TYPE_CHECKING:
    from local.smoke.stack import SmokeStack
    from schedule_catalog.operations import ServiceClients

_REQUEST, _HOUR = Request(service="target", path="/ok"), timedelta(hours=1)


def _application(stack: SmokeStack) -> str:
    iam, role = stack.client("iam"), f"{stack.name}-application"
    policy = stack.exports["application_policies"][APPLICATION]
    account = policy.split(":")[4]
    trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account}:root"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    tags = [{"Key": TAG, "Value": stack.name}]
    arn = iam.create_role(RoleName=role, AssumeRolePolicyDocument=document, Tags=tags)["Role"]["Arn"]
    try:
        iam.attach_role_policy(RoleName=role, PolicyArn=policy)
        return _tried(stack, arn)
    finally:
        forget_role(stack.site.clients, stack.name)


def forget_role(clients: ServiceClients, name: str) -> None:
    """Delete the application's role of a stack, which a run that was killed leaves behind, attached to the policy."""
    iam, role = clients.client("iam"), f"{name}-application"
    try:
        for policy in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
            iam.detach_role_policy(RoleName=role, PolicyArn=policy["PolicyArn"])
        iam.delete_role(RoleName=role)
    except iam.exceptions.NoSuchEntityException:
        return


def _tried(stack: SmokeStack, role: str) -> str:
    """IAM needs some seconds until everybody knows a new role."""

    def assumed() -> Any:
        try:
            return stack.site.as_role("scheduler", role)
        except ClientError:
            return None

    scheduler = stack.eventually("the application's role can be assumed", assumed, 2)
    made = stack.eventually("its policy lets it schedule a call", lambda: _scheduled(stack, scheduler), 2)
    stack.scheduler(APPLICATION, scheduler).cancel(made)
    try:
        other = stack.scheduler(None, scheduler).schedule_once(_REQUEST, delay=_HOUR)
    except PermissionDeniedError:
        return f"it schedules and cancels {made.name}, and nothing under another prefix"
    raise FailedError(f"it made {other.name}, which is not its own")


def _scheduled(stack: SmokeStack, scheduler: Any) -> Any:
    try:
        return stack.scheduler(APPLICATION, scheduler).schedule_once(_REQUEST, delay=_HOUR)
    except PermissionDeniedError:
        return None


RIGHTS = (SmokeStep("application policy", _application),)
