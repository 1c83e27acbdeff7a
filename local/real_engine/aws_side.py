"""State of AWS during the walk, and manual changes to it."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING
from urllib.request import urlopen

if TYPE_CHECKING:
    from local.clients import Clients


class AwsSide:
    """Emulator as seen in a console; schedules are `group/name`, as Pulumi's ids are."""

    def __init__(self, aws: Clients) -> None:
        self._aws = aws

    def schedules(self) -> set[str]:
        """Every schedule."""
        pages = self._aws.client("scheduler").get_paginator("list_schedules").paginate()
        return {f"{found['GroupName']}/{found['Name']}" for page in pages for found in page["Schedules"]}

    def names(self) -> set[str]:
        """Resources of the most important types, except those of every account."""
        groups = self._aws.client("scheduler").list_schedule_groups()["ScheduleGroups"]
        return {
            *self.schedules(),
            *(group["Name"] for group in groups if group["Name"] != "default"),
            *(function["FunctionName"] for function in self._aws.client("lambda").list_functions()["Functions"]),
            *(role["RoleName"] for role in self._aws.client("iam").list_roles()["Roles"]),
            *(group["logGroupName"] for group in self._aws.client("logs").describe_log_groups()["logGroups"]),
            *self._aws.client("sqs").list_queues().get("QueueUrls", []),
            *self._aws.client("dynamodb").list_tables()["TableNames"],
            *(secret["Name"] for secret in self._aws.client("secretsmanager").list_secrets()["SecretList"]),
            *(parameter["Name"] for parameter in self._aws.client("ssm").describe_parameters()["Parameters"]),
            *(api["ApiId"] for api in self._aws.client("apigatewayv2").get_apis()["Items"]),
        }

    def code(self, function: str) -> dict[str, bytes]:
        """Files of a function's deployed code, by their names."""
        location: str = self._aws.client("lambda").get_function(FunctionName=function)["Code"]["Location"]
        with urlopen(location) as answer, zipfile.ZipFile(io.BytesIO(answer.read())) as code:  # noqa: S310 - loopback
            return {name: code.read(name) for name in code.namelist()}

    def secrets_in(self, text: str) -> list[str]:
        """The names of secrets whose values stand in *text*."""
        return [name for name, value in self.keys().items() if value in text]

    def keys(self) -> dict[str, str]:
        """The text of each secret, by its name."""
        manager = self._aws.client("secretsmanager")
        names: list[str] = [secret["Name"] for secret in manager.list_secrets()["SecretList"]]
        return {name: manager.get_secret_value(SecretId=name)["SecretString"] for name in names}

    def rotate_keys(self) -> None:
        """Give each secret two new texts, one after the other: its first is neither current nor previous then."""
        for name, text in self.keys().items():
            for new in (f"{text} both", f"{text} new"):
                self._aws.client("secretsmanager").put_secret_value(SecretId=name, SecretString=new)

    def disable_schedule(self, identity: str) -> None:
        """Switch a schedule off; UpdateSchedule replaces all of it, so the rest is given again."""
        scheduler = self._aws.client("scheduler")
        group, name = identity.split("/", 1)
        schedule = scheduler.get_schedule(GroupName=group, Name=name)
        kept = ("ScheduleExpression", "ScheduleExpressionTimezone", "FlexibleTimeWindow", "Target")
        given = {key: schedule[key] for key in kept}
        scheduler.update_schedule(GroupName=group, Name=name, State="DISABLED", **given)

    def delete_schedule(self, identity: str) -> None:
        """Delete a schedule."""
        group, name = identity.split("/", 1)
        self._aws.client("scheduler").delete_schedule(GroupName=group, Name=name)

    def widen_policy(self, identity: str) -> None:
        """Let a role do everything, by the policy `role:name`."""
        role, name = identity.split(":", 1)
        statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self._aws.client("iam").put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=document)

    def protected_tables(self) -> list[str]:
        """The tables that AWS deletes for nobody."""
        database = self._aws.client("dynamodb")
        found = (database.describe_table(TableName=name)["Table"] for name in database.list_tables()["TableNames"])
        return [table["TableName"] for table in found if table.get("DeletionProtectionEnabled")]

    def unprotect_table(self, name: str) -> None:
        """Let a table be deleted."""
        self._aws.client("dynamodb").update_table(TableName=name, DeletionProtectionEnabled=False)

    def shorten_queue(self, url: str) -> None:
        """Reduce the retention of a queue's messages to a minute."""
        self._aws.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"MessageRetentionPeriod": "60"})

    def shorten_log(self, name: str) -> None:
        """Reduce the retention of a log to a day."""
        self._aws.client("logs").put_retention_policy(logGroupName=name, retentionInDays=1)
