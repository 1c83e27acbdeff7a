"""What a function's log keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi_aws as aws

if TYPE_CHECKING:
    import pulumi

DEFAULT = "INFO"
# Lambda's own lines, such as how long an invocation took, have no level above WARN.
_OF_SYSTEM = {"DEBUG": "DEBUG", "WARN": "WARN", "ERROR": "WARN"}


def logging_config(
    group: pulumi.Input[str], level: str, *, counted: bool = False
) -> aws.lambda_.FunctionLoggingConfigArgs:
    """JSON lines of *level* or above in a log group; without a level of its own a line counts as INFO.

    counted: whether the function prints lines that CloudWatch counts: none above INFO may be asked for, or Lambda would
        drop them: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
    """
    if level == DEFAULT:
        return aws.lambda_.FunctionLoggingConfigArgs(log_format="JSON", log_group=group)
    return aws.lambda_.FunctionLoggingConfigArgs(
        log_format="JSON",
        log_group=group,
        application_log_level=DEFAULT if counted and level != "DEBUG" else level,
        system_log_level=_OF_SYSTEM[level],
    )
