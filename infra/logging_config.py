"""Logging configuration of a function."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi_aws as aws

if TYPE_CHECKING:
    import pulumi

DEFAULT = "INFO"
# Lambda's own lines, such as the duration of an invocation, have no level above WARN.
_OF_SYSTEM = {"DEBUG": "DEBUG", "INFO": "INFO", "WARN": "WARN", "ERROR": "WARN"}


def logging_config(
    group: pulumi.Input[str], level: str, *, counted: bool = False
) -> aws.lambda_.FunctionLoggingConfigArgs:
    """JSON lines of *level* or above in a log group; a line without a level counts as INFO.

    Levels are always sent: the provider keeps the old ones of a function that stops sending them.

    counted: whether the function prints lines that CloudWatch counts: none above INFO may be asked for, or Lambda would
        drop them: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
        Each is for one invocation, so that Lambda's own are as good as a second copy: only those of failures are kept.
    """
    if counted and level != "DEBUG":
        application, system = DEFAULT, "WARN"
    else:
        application, system = level, _OF_SYSTEM[level]
    return aws.lambda_.FunctionLoggingConfigArgs(
        log_format="JSON", log_group=group, application_log_level=application, system_log_level=system
    )
